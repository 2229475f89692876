package io.parabola.internal.blas;

/**
 * The three products that covariance and its Cholesky factor are made of, and eigenvalues. Blocks
 * are row-major, of symmetric results only the upper triangle is touched. Empty sizes are legal.
 * May be called from many threads at once on different results.
 */
public interface Blas {
  /**
   * C ← C + α AᵀA, upper triangle.
   *
   * @param n columns of A, order of C
   * @param k rows of A
   * @param alpha α
   * @param a A [k, n]; not modified
   * @param c C [n, n]; its upper triangle is updated
   */
  void syrk(int n, int k, double alpha, Block a, Block c);

  /**
   * C ← C + α AᵀB.
   *
   * @param m columns of A, rows of C
   * @param n columns of B and C
   * @param k rows of A and B
   * @param alpha α
   * @param a A [k, m]; not modified
   * @param b B [k, n]; not modified
   * @param c C [m, n]; updated
   */
  void gemm(int m, int n, int k, double alpha, Block a, Block b, Block c);

  /**
   * B ← U⁻ᵀB for an upper triangular U.
   *
   * @param m order of U, rows of B
   * @param n columns of B
   * @param u U [m, m]; not modified, its lower triangle is not read
   * @param b B [m, n]; overwritten
   */
  void trsm(int m, int n, Block u, Block b);

  /**
   * Eigenvalues and eigenvectors of a symmetric matrix.
   *
   * @param n order of A
   * @param a A [n, n], row-major, both halves, finite; overwritten: row k is the vector of value k,
   *     of length 1
   * @param values [n]; overwritten, ascending
   */
  void eigen(int n, double[] a, double[] values);

  /**
   * The library and how it was set up, for people.
   *
   * @return one line
   */
  String describe();
}
