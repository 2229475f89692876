package io.parabola.cli;

import io.parabola.Status;

/** Ends the command with one line on standard error and an exit status. */
final class Failure extends RuntimeException {
  /** The program's own failure. */
  static final int OWN = 1;

  /** Wrong input: files, options, outputs that cannot be written, engines that cannot be had. */
  static final int INPUT = 2;

  /** No portfolio satisfies the constraints. */
  static final int INFEASIBLE = 3;

  private final int exitStatus;

  private Failure(int exitStatus, String message) {
    super(message);
    this.exitStatus = exitStatus;
  }

  static Failure input(String message) {
    return new Failure(INPUT, message);
  }

  static Failure infeasible(String message) {
    return new Failure(INFEASIBLE, message);
  }

  static Failure own(String message) {
    return new Failure(OWN, message);
  }

  /** The failure that stands for a portfolio's status. */
  static Failure of(Status status, String message) {
    return switch (status) {
      case INFEASIBLE, NO_EXCESS_RETURN -> infeasible(message);
      case INVALID, UNBOUNDED -> input(inOptions(message));
      default -> own(message);
    };
  }

  /** The library names what its caller has set; whoever sits here has set options. */
  private static String inOptions(String message) {
    return message.replace("riskAversion = ", "--risk-aversion ").replace("budget = ", "--budget ");
  }

  /** The same with other words. */
  Failure with(String message) {
    return new Failure(exitStatus, message);
  }

  int exitStatus() {
    return exitStatus;
  }
}
