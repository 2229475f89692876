package io.parabola.cli.files;

import io.parabola.Status;

/** Ends the command with one line on standard error and an exit status. */
public final class Failure extends RuntimeException {
  /** The program's own failure. */
  public static final int OWN = 1;

  /** Wrong input: files, options, outputs that cannot be written, engines that cannot be had. */
  public static final int INPUT = 2;

  /** No portfolio satisfies the constraints. */
  public static final int INFEASIBLE = 3;

  private final int exitStatus;

  private Failure(int exitStatus, String message) {
    super(message);
    this.exitStatus = exitStatus;
  }

  public static Failure input(String message) {
    return new Failure(INPUT, message);
  }

  public static Failure infeasible(String message) {
    return new Failure(INFEASIBLE, message);
  }

  public static Failure own(String message) {
    return new Failure(OWN, message);
  }

  /** The failure that stands for a portfolio's status. */
  public static Failure of(Status status, String message) {
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
  public Failure with(String message) {
    return new Failure(exitStatus, message);
  }

  public int exitStatus() {
    return exitStatus;
  }
}
