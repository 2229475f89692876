package io.parabola.cli.options;

import io.parabola.cli.files.Numbers;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** How the values of options are read, the same in every command. */
public final class OptionValues {
  private OptionValues() {}

  /**
   * Teaches a command, with its subcommands, the project's own syntax. Java's would also take 1d
   * and 0x1p0 for a number, and calls one a double.
   */
  public static void teach(CommandLine line) {
    line.registerConverter(double.class, OptionValues::number);
    line.registerConverter(Double.class, OptionValues::number);
    line.registerConverter(int.class, OptionValues::wholeInt);
    line.registerConverter(Integer.class, OptionValues::wholeInt);
    line.registerConverter(long.class, OptionValues::whole);
    line.registerConverter(Long.class, OptionValues::whole);
    line.registerConverter(Path.class, OptionValues::path);
  }

  /** A value of one of the types that {@link #teach} knows. */
  public static Object convert(Class<?> type, String text) {
    if (type == double.class || type == Double.class) {
      return number(text);
    }
    if (type == int.class || type == Integer.class) {
      return wholeInt(text);
    }
    if (type == long.class || type == Long.class) {
      return whole(text);
    }
    return path(text);
  }

  private static double number(String text) {
    try {
      return Numbers.parse(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is not a number");
    }
  }

  private static int wholeInt(String text) {
    long value = whole(text);
    if (value != (int) value) {
      throw new TypeConversionException(
          text + " is beyond what can be counted here, " + Integer.MAX_VALUE);
    }
    return (int) value;
  }

  private static long whole(String text) {
    if (!text.matches("[+-]?[0-9]+")) {
      throw new TypeConversionException("'" + text + "' is not a whole number");
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(text + " is beyond " + Long.MAX_VALUE);
    }
  }

  /** A file or a directory by name; it need not exist. */
  public static Path path(String text) {
    if (text.isBlank()) {
      throw new TypeConversionException(
          "it is empty, where the name of a file or a directory belongs");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      // The virtual machine reads and writes names in the locale's encoding, with no way round it.
      throw new TypeConversionException(
          "the name '"
              + text.replaceAll("[^ -~]", "?")
              + "' has characters that the locale's encoding, "
              + System.getProperty("sun.jnu.encoding")
              + ", lacks: set LC_ALL=C.UTF-8");
    }
  }
}
