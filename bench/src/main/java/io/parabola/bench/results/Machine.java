package io.parabola.bench.results;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What figures were measured on.
 *
 * @param cpu the processor's model
 * @param cores processors that the program may use
 * @param jdk the Java runtime
 * @param engine what the CPU engine says of itself
 * @param openblasCoreType the variable OPENBLAS_CORETYPE, which makes OpenBLAS take the kernels of
 *     another processor, or "not set"
 * @param commit of the source in the current directory, with a + if it has been changed
 * @param date when, in UTC
 * @param load programs that wanted a processor in the minute before: above the number of cores,
 *     times are not to be trusted, and ratios only somewhat
 */
public record Machine(
    String cpu,
    int cores,
    String jdk,
    String engine,
    String openblasCoreType,
    String commit,
    String date,
    double load) {
  private static final String CORE_TYPE = "OPENBLAS_CORETYPE";

  /**
   * Asks the machine, and prints what matters for trusting its figures.
   *
   * @param engine what the engine says of itself
   */
  public static Machine describe(String engine) {
    String coreType = System.getenv(CORE_TYPE);
    String described = coreType == null ? "not set" : coreType;
    System.out.println(CORE_TYPE + ": " + described);
    if (coreType != null) {
      System.out.println("  It keeps OpenBLAS from this processor's kernels; env -u " + CORE_TYPE);
    }
    System.out.println("engine: " + engine);
    return new Machine(
        readCpu(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        engine,
        described,
        readCommit(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static String readCpu() {
    Path information = Path.of("/proc/cpuinfo");
    try {
      String name = "";
      String family = "";
      for (String line : Files.readAllLines(information)) {
        String value = line.substring(line.indexOf(':') + 1).strip();
        if (line.startsWith("model name")) {
          name = value;
        } else if (line.startsWith("cpu family")) {
          family = value;
        } else if (line.matches("model\\s*:.*")) {
          family += " model " + value;
        } else if (line.isBlank()) {
          break;
        }
      }
      return name + ", family " + family;
    } catch (IOException e) {
      return System.getProperty("os.arch") + ", model unknown";
    }
  }

  /** The most memory that this process has had so far; -1 where the system does not tell. */
  public static long peakMegabytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
      return -1;
    } catch (IOException e) {
      return -1;
    }
  }

  private static String readCommit() {
    String commit = git("rev-parse", "--short=12", "HEAD");
    if (commit.isEmpty()) {
      return "unknown";
    }
    // Results are written into the tree by this very program.
    boolean changed =
        !git("status", "--porcelain", "--untracked-files=no", "--", ":/", ":!/bench/results")
            .isEmpty();
    return changed ? commit + "+" : commit;
  }

  private static String git(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process process = new ProcessBuilder(command).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? output : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
