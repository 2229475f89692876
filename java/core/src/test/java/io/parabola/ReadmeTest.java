package io.parabola;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The library examples of the README compile as they stand, and run. */
class ReadmeTest {
  private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  private static final Pattern NAME = Pattern.compile("public class (\\w+)");

  @ParameterizedTest
  @CsvSource({
    "0, '1000 solved, worst relative gap '",
    "1, 'after 20 days: median 1.'",
  })
  void examplesCompileAndRun(int which, String expected, @TempDir Path directory) throws Exception {
    Matcher matcher = EXAMPLE.matcher(Files.readString(Path.of("..", "..", "README.md")));
    for (int k = 0; k <= which; k++) {
      assertTrue(matcher.find(), "the README has " + (which + 1) + " Java examples");
    }
    Matcher name = NAME.matcher(matcher.group(1));
    assertTrue(name.find());
    Path source = directory.resolve(name.group(1) + ".java");
    Files.writeString(source, matcher.group(1));
    String classPath = System.getProperty("java.class.path");
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                System.err,
                System.err,
                "-Xlint:all,-path,-options,-processing",
                "-Werror",
                "-proc:none",
                "-cp",
                classPath,
                "-d",
                directory.toString(),
                source.toString());
    assertEquals(0, status, "compiles without a warning");

    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      loader
          .loadClass(name.group(1))
          .getMethod("main", String[].class)
          .invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(console);
    }
    String text = printed.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains(expected), text);
  }
}
