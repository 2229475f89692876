/**
 * For simulation code whose data is on the GPU already, in JCuda's hands: scenarios are solved
 * where they are and the weights left there. JCuda itself comes from the caller's class path.
 */
package io.parabola.jcuda;
