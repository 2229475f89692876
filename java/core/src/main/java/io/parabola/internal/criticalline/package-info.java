/**
 * The efficient frontier, exactly: a portfolio's weights are a piecewise linear function of the
 * risk tolerance, and the critical line method follows them from piece to piece.
 */
package io.parabola.internal.criticalline;
