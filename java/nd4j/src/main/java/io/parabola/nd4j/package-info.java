/**
 * For programs whose numbers are arrays of ND4J: scenarios are solved in the memory that they are
 * in where that is laid out as the engines read it, and copied where it is not; weights come back
 * as arrays. ND4J itself comes from the caller's class path.
 *
 * <p>Engines read rows of doubles whose length is a multiple of 8, the rest being zeros. Arrays of
 * so many columns in the order 'c' lie so as ND4J makes them; for others {@link
 * io.parabola.nd4j.Nd4jMatrix#allocate} makes arrays that do.
 *
 * <p>ND4J 1.0.0-M2.1 was built with JavaCPP 1.5.7 and OpenBLAS 0.3.19, Parabola with 1.5.13 and
 * 0.3.31. One process has one of each, and any of these serves both. Take the newer: the older
 * OpenBLAS has no binding for Parabola's eigenvalues, which are then those of plain Java, and the
 * older JavaCPP prints warnings when it loads the newer OpenBLAS. Gradle takes the newer by itself,
 * Maven if {@code io.parabola:parabola-nd4j} is named before {@code org.nd4j:nd4j-native}. Threads
 * set by {@code parabola.blas.threads} are ND4J's too.
 */
package io.parabola.nd4j;
