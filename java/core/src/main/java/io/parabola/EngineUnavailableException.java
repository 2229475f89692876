package io.parabola;

/** An engine that was asked for cannot run here; the message gives the reasons in one line. */
public class EngineUnavailableException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /**
   * Creates the exception.
   *
   * @param message one line: which engine, and why it cannot run
   */
  public EngineUnavailableException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message one line: which engine, and why it cannot run
   * @param cause what was thrown while the engine was tried
   */
  public EngineUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
