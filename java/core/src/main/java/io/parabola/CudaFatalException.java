package io.parabola;

/** The device is lost to this process: every later use of it fails too. */
public class CudaFatalException extends CudaException {
  private static final long serialVersionUID = 1;

  /**
   * Creates the exception.
   *
   * @param message one line: what was being done, and the CUDA runtime's words for the error
   * @param code the CUDA runtime's number of the error
   */
  public CudaFatalException(String message, int code) {
    super(message, code);
  }
}
