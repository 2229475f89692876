package io.parabola;

/**
 * Input that cannot be a portfolio problem; the message says in one line what is wrong and where.
 */
public class InvalidInputException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /**
   * Creates the exception.
   *
   * @param message one line: what is wrong, with the asset, the scenario or the index
   */
  public InvalidInputException(String message) {
    super(message);
  }
}
