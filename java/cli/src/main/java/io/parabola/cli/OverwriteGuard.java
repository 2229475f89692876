package io.parabola.cli;

import io.parabola.cli.files.Failure;
import io.parabola.cli.files.Numbers;
import io.parabola.cli.stress.StressCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Refuses a command whose output would replace one of its inputs, or another of its outputs. */
final class OverwriteGuard {
  private static final List<String> OUTPUTS =
      List.of(
          "--out",
          "--mean-out",
          "--cov-out",
          "--exposures-out",
          "--factor-cov-out",
          "--specific-out");

  private OverwriteGuard() {}

  /** Fails if two of the files that the options name are one, and one of the two is written. */
  static void require(ParseResult parsed) {
    Map<String, Path> inputs = new LinkedHashMap<>();
    Map<String, Path> outputs = new LinkedHashMap<>();
    for (String name : OUTPUTS) {
      OptionSpec option = parsed.commandSpec().findOption(name);
      Path path = option == null ? null : option.getValue();
      if (path != null) {
        filesOf(parsed, path).forEach(file -> outputs.put(name + " " + file, file));
      }
    }
    for (OptionSpec option : parsed.matchedOptions()) {
      String name = option.longestName();
      if (OUTPUTS.contains(name)) {
        continue;
      }
      if (option.getValue() instanceof Path path) {
        inputs.put(name + " " + path, path);
      } else if (option.getValue() instanceof String text && isFile(text)) {
        inputs.put(name + " " + text, Path.of(text));
      }
    }
    outputs.forEach(
        (option, file) -> {
          inputs.forEach(
              (input, other) -> {
                if (isSame(file, other)) {
                  throw Failure.input(option + ": would overwrite the input " + input);
                }
              });
          outputs.forEach(
              (another, other) -> {
                if (!another.equals(option) && isSame(file, other)) {
                  throw Failure.input(option + ": is also written by " + another);
                }
              });
        });
  }

  private static List<Path> filesOf(ParseResult parsed, Path out) {
    return parsed.commandSpec().userObject() instanceof StressCommand
        ? StressCommand.FILES.stream().map(out::resolve).toList()
        : List.of(out);
  }

  /** Bounds are a number or a file. */
  private static boolean isFile(String text) {
    try {
      Numbers.parse(text);
      return false;
    } catch (NumberFormatException e) {
      return isRegularFile(text);
    }
  }

  private static boolean isRegularFile(String text) {
    try {
      return Files.isRegularFile(Path.of(text));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** One file under two names, links included; devices and pipes hold nothing to lose. */
  private static boolean isSame(Path a, Path b) {
    try {
      if (Files.exists(a) || Files.exists(b)) {
        return Files.isRegularFile(a) && Files.exists(b) && Files.isSameFile(a, b);
      }
      return real(a).equals(real(b));
    } catch (IOException e) {
      // One of them cannot be reached: whoever opens it says so.
      return false;
    }
  }

  private static Path real(Path file) throws IOException {
    Path absolute = file.toAbsolutePath().normalize();
    return absolute.getParent().toRealPath().resolve(absolute.getFileName());
  }
}
