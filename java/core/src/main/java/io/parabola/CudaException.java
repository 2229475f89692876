package io.parabola;

/** Something went wrong on a CUDA device; the message says what was being done. */
public class CudaException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  private final int code;

  /**
   * Creates the exception.
   *
   * @param message one line: what was being done, and the CUDA runtime's words for the error
   * @param code the CUDA runtime's number of the error
   */
  public CudaException(String message, int code) {
    super(message);
    this.code = code;
  }

  /**
   * The error's number.
   *
   * @return the {@code cudaError_t}
   */
  public int code() {
    return code;
  }
}
