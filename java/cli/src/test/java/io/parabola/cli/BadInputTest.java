package io.parabola.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parabola.Engine;
import io.parabola.EngineUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each bad input: exit status 2, one line with the place, and no file left behind. */
class BadInputTest extends CommandTest {

  @BeforeEach
  void inputs() {
    file("c.csv", COVARIANCE);
    file("m.csv", MEAN);
  }

  private void optimizeFails(String line, String... more) {
    String[] args = {
      "optimize",
      "--mean",
      path("m.csv"),
      "--cov",
      path("c.csv"),
      "--risk-aversion",
      "2",
      "--out",
      path("w.csv")
    };
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    run(all).failsWith(2, line);
    absent("w.csv");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "asset,mean\\nA,0.05\\nB,NaN\\nC,0.1\\n | m.csv: line 3, column 2 (mean): NaN is not a finite number",
        "asset,mean\\nA,0.05\\nB,abc\\nC,0.1\\n | m.csv: line 3, column 2 (mean): \"abc\" is not a number",
        "asset,mean\\nA,0.05\\nB,\\nC,0.1\\n | m.csv: line 3, column 2 (mean): the value is missing",
        "asset,mean\\nA,0.05\\nB,1e999\\nC,0.1\\n | m.csv: line 3, column 2 (mean): 1e999 is not a finite number",
        "asset,mean\\nA,0.05\\nB,0x10\\nC,0.1\\n | m.csv: line 3, column 2 (mean): \"0x10\" is not a number",
        "asset,mean\\nA,0.05\\nB\\nC,0.1\\n | m.csv: line 3 has 1 column, but the header has 2",
        "asset,mean\\nA,0.05\\nB,1,2\\nC,0.1\\n | m.csv: line 3 has 3 columns, but the header has 2",
        "asset\\nA\\nB\\nC\\n | m.csv: line 1: a column is missing: only \"asset\"",
        "asset,return\\nA,0\\nB,0\\nC,0\\n | m.csv: line 1: the header must be \"asset,mean\", but is \"asset,return\"",
        "asset;mean\\nA;0,05\\n | m.csv: line 1: columns are separated by commas, not by semicolons or tabs",
        "asset,mean\\nA,0.05\\nC,0.1\\n | m.csv: no row for asset B, which c.csv has",
        "asset,mean\\nA,0\\nB,0\\nC,0\\nD,0\\n | m.csv: line 5: D is not an asset of c.csv",
        "asset,mean\\nA,0\\nB,0\\nA,0\\nC,0\\n | m.csv: line 4: A occurs twice, first in line 2",
        "asset,mean\\n | m.csv: has a header, but no rows",
      })
  void aBadMean(String content, String line) {
    file("m.csv", content.replace("\\n", "\n"));
    optimizeFails(line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "asset,A,A,C\\nA,1,0,0\\nB,0,1,0\\nC,0,0,1\\n | c.csv: line 1, column 3: A is already the name of column 2",
        "asset,A,B\\nA,1,0\\n | c.csv: no row for asset B, which its header has",
        "asset,A,B\\nA,1,0\\nB,0,1\\nX,0,0\\n | c.csv: line 4: X is not an asset of its header",
        "asset,A,B,C\\nA,1,0,0\\nB,0.5,1,0\\nC,0,0,1\\n | c.csv: covariance[A, B] = 0.0 but covariance[B, A] = 0.5: not symmetric",
        "asset,A,B,C\\nA,1,0,0\\nB,0,-1,0\\nC,0,0,1\\n | c.csv: covariance[B, B] = -1.0: a variance cannot be negative",
        "asset,A,B,C\\nA,1,0,0\\nB,0,inf,0\\nC,0,0,1\\n | c.csv: line 3, column 3 (B): inf is not a finite number",
        "asset,A,B,C\\nA,1,0\\nB,0,1\\nC,0,0\\n | c.csv: line 2 has 3 columns, but the header has 4",
      })
  void aBadCovariance(String content, String line) {
    file("c.csv", content.replace("\\n", "\n"));
    optimizeFails(line);
  }

  @Test
  void anIndefiniteCovarianceIsExplained() {
    file("c.csv", "asset,A,B,C\nA,1,1.2,0\nB,1.2,1,0\nC,0,0,1\n");
    Outcome outcome =
        run("optimize", "--cov", path("c.csv"), "--min-variance", "--out", path("w.csv"));
    assertEquals(2, outcome.status());
    assertEquals(1, outcome.err().lines().count());
    assertTrue(
        outcome.err().startsWith("parabola: c.csv: covariance is not positive semidefinite")
            && outcome.err().contains("A")
            && outcome.err().contains("-0.2"),
        outcome.err());
    absent("w.csv");
  }

  @Test
  void anEmptyFile() {
    file("m.csv", "");
    optimizeFails("m.csv: is empty");
  }

  @Test
  void aMissingFile() throws IOException {
    Files.delete(directory.resolve("m.csv"));
    optimizeFails("m.csv: no such file");
  }

  @Test
  void aDirectory() throws IOException {
    Files.delete(directory.resolve("m.csv"));
    Files.createDirectory(directory.resolve("m.csv"));
    optimizeFails("m.csv: is a directory, not a file");
  }

  @Test
  void textThatIsNotUtf8() throws IOException {
    Files.write(
        directory.resolve("m.csv"), "asset,mean\nÄ,1\n".getBytes(StandardCharsets.ISO_8859_1));
    optimizeFails("m.csv: is not UTF-8 text");
  }

  @Test
  void aTruncatedGzip() throws IOException {
    Files.write(directory.resolve("m.csv"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 0});
    Outcome outcome =
        run("optimize", "--mean", path("m.csv"), "--cov", path("c.csv"), "--risk-aversion", "2");
    assertEquals(2, outcome.status());
    assertTrue(
        outcome.err().startsWith("parabola: m.csv: is not a complete gzip file"), outcome.err());
    assertEquals(1, outcome.err().lines().count());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "asset,mean\\n\"A,0.05\\nB,0.1\\nC,0.1\\n | 2",
        "asset,mean\\nA,0.05\\nB,0.1\\n\"C,0.1 | 4",
        "\"asset,mean\\nA,0.05\\nB,0.1\\nC,0.1 | 1",
      })
  void anOpenQuotationMark(String content, int line) {
    file("m.csv", content.replace("\\n", "\n"));
    optimizeFails(
        "m.csv: line "
            + line
            + ", column 1: a quotation mark is opened and not closed in the same line");
  }

  @Test
  void textAfterAClosedQuotationMark() {
    file("m.csv", "asset,mean\nA,0.05\n\"B\"x,0.1\nC,0.1\n");
    optimizeFails("m.csv: line 3: not a CSV: Unexpected character after closing quote: 'x' (0x78)");
  }

  @Test
  void crossedBounds() {
    optimizeFails(
        "bounds of A cross: lower 0.5 (--lower) > upper 0.2 (--upper)",
        "--lower",
        "0.5",
        "--upper",
        "0.2");
    file("l.csv", "asset,bound\nA,0\nC,0\nB,0.9\n");
    optimizeFails(
        "bounds of B cross: lower 0.9 (l.csv: line 4) > upper 0.8 (--upper)",
        "--lower",
        path("l.csv"),
        "--upper",
        "0.8");
  }

  @Test
  void badBounds() {
    optimizeFails("--upper abc: is neither a number nor a file", "--upper", "abc");
    optimizeFails("--upper NaN: is not a bound", "--upper", "nan");
    file("u.csv", "asset,bound\nA,0\nB,nan\nC,1\n");
    optimizeFails("u.csv: line 3, column 2 (bound): nan is not a bound", "--upper", path("u.csv"));
    optimizeFails("--upper: it is empty, where a number or a file belongs", "--upper", "");
    optimizeFails("lower bound of A: Infinity (--lower): no weight reaches it", "--lower", "inf");
    optimizeFails(
        "upper bound of A: -Infinity (--upper): no weight keeps it",
        "--lower",
        "-inf",
        "--upper",
        "-inf");
    // Only what says infinity is infinite.
    optimizeFails("--upper 1e999: too large for a number; write inf for none", "--upper", "1e999");
    file("u.csv", "asset,bound\nA,inf\nB,1e999\nC,1\n");
    optimizeFails(
        "u.csv: line 3, column 2 (bound): 1e999 is not a bound", "--upper", path("u.csv"));
  }

  @Test
  void outputsThatCannotBeWritten() throws IOException {
    String[] args = {
      "optimize", "--cov", path("c.csv"), "--min-variance", "--out", path("none/w.csv")
    };
    run(args).failsWith(2, "none/w.csv: cannot be written: the directory does not exist");
    Files.createDirectory(directory.resolve("taken"));
    args[5] = path("taken");
    run(args).failsWith(2, "taken: cannot be written: it is a directory");
    args[5] = path("c.csv/w.csv");
    Outcome outcome = run(args);
    assertEquals(2, outcome.status());
    assertTrue(
        outcome.err().startsWith("parabola: c.csv/w.csv: cannot be written: "), outcome.err());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDeviceIsWrittenDirectlyAndAFullOneIsNoticed() {
    run("optimize", "--cov", path("c.csv"), "--min-variance", "--out", "/dev/null").succeeds();
    assertTrue(Files.exists(java.nio.file.Path.of("/dev/null")));
    run("optimize", "--cov", path("c.csv"), "--min-variance", "--out", "/dev/full")
        .failsWith(2, "/dev/full: cannot be written: No space left on device");
  }

  @Test
  void anExistingOutputStaysWhenTheCommandFails() {
    file("w.csv", "what was there\n");
    run(
        "optimize",
        "--cov",
        path("c.csv"),
        "--min-variance",
        "--upper",
        "0.1",
        "--out",
        path("w.csv"));
    assertEquals("what was there\n", text("w.csv"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "optimize --wrong 1 | optimize",
        "optimize --cov | optimize",
        "frontier --points x --cov c --mean m | frontier",
        "nonsense | parabola",
        "stress --scenarios many | stress",
        "covariance --prices p --estimator magic | covariance",
        "covariance | covariance",
        "optimize --cov c.csv --mean m.csv --min-variance=false | optimize",
        "batch --cov c | batch",
      })
  void wrongOptionsTakeOneLineThatSaysWhereHelpIs(String arguments, String command) {
    Outcome outcome = run(arguments.trim().split(" "));
    assertEquals(2, outcome.status());
    assertEquals("", outcome.out());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertTrue(
        outcome
            .err()
            .trim()
            .endsWith(
                "see parabola" + (command.equals("parabola") ? "" : " " + command) + " --help"),
        outcome.err());
  }

  @Test
  void anEngineThatCannotBeHad() {
    try {
      Engine.create("cuda").close();
    } catch (EngineUnavailableException e) {
      optimizeFails(e.getMessage(), "--engine", "cuda");
    }
    optimizeFails("--threads 0: must be at least 1", "--threads", "0");
    Outcome outcome =
        run("optimize", "--cov", path("c.csv"), "--min-variance", "--engine", "abacus");
    assertEquals(2, outcome.status());
    assertTrue(outcome.err().startsWith("parabola: engine abacus: "), outcome.err());
  }

  @Test
  void riskAversionAndBudgetAreNumbersWithAMeaning() {
    run("optimize", "--mean", path("m.csv"), "--cov", path("c.csv"), "--risk-aversion", "-1")
        .failsWith(2, "--risk-aversion -1.0: must be finite and at least 0");
    optimizeFails("--budget NaN: must be finite", "--budget", "NaN");
    optimizeFails("--budget 1.0E200: too large to be computed with", "--budget", "1e200");
  }

  /** The Java engine does not divide by the risk aversion, and solves it. */
  @Test
  void aRiskAversionTooSmallToDivideByIsNotCalledTooLarge() {
    OptimizeTest.assumeEngine("cpu");
    run(
            "optimize",
            "--mean",
            path("m.csv"),
            "--cov",
            path("c.csv"),
            "--risk-aversion",
            "1e-320",
            "--engine",
            "cpu")
        .failsWith(2, "--risk-aversion 1.0E-320: too small to divide the expected returns by");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "optimize --cov c.csv --min-variance --budget 1d | --budget | '1d' is not a number",
        "optimize --cov c.csv --min-variance --budget 0x1p0 | --budget | '0x1p0' is not a number",
        "optimize --cov c.csv --target-return x --mean m | --target-return | 'x' is not a number",
        "stress --scenarios 1e4 | --scenarios | '1e4' is not a whole number",
        "stress --scenarios 3000000000 | --scenarios | 3000000000 is beyond what can be counted here, 2147483647",
        "stress --seed 0x1 | --seed | '0x1' is not a whole number",
      })
  void numbersAreDecimalAndCalledNumbers(String arguments, String option, String reason) {
    String[] args = arguments.split(" ");
    run(args)
        .failsWith(
            2,
            "Invalid value for option '"
                + option
                + "': "
                + reason
                + "; see parabola "
                + args[0]
                + " --help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--out", "--mean"})
  void anEmptyNameIsNotADirectory(String option) {
    run("optimize", "--cov", path("c.csv"), "--min-variance", option, "")
        .failsWith(
            2,
            "Invalid value for option '"
                + option
                + "': it is empty, where the name of a file or a directory belongs; see parabola"
                + " optimize --help");
  }

  @Test
  void anEmptyEngineIsNotTheDefault() {
    String line = "engine \"\": there is none of that name, only [cuda, cpu, java]";
    optimizeFails(line, "--engine", "");
    String before = System.getProperty("parabola.engine");
    System.setProperty("parabola.engine", "");
    try {
      optimizeFails(line);
    } finally {
      if (before == null) {
        System.clearProperty("parabola.engine");
      } else {
        System.setProperty("parabola.engine", before);
      }
    }
  }

  @Test
  void moreThreadsThanAnySystemStartsAreRefusedAtOnce() {
    Outcome outcome =
        run("optimize", "--cov", path("c.csv"), "--min-variance", "--threads", "100000");
    assertEquals(2, outcome.status());
    assertTrue(
        outcome.err().startsWith("parabola: --threads 100000: must be at most "), outcome.err());
  }

  @Test
  void anOutputThatIsAnInputIsRefusedUnderWhateverName() throws IOException {
    Files.createSymbolicLink(directory.resolve("link.csv"), directory.resolve("m.csv"));
    Files.createLink(directory.resolve("hard.csv"), directory.resolve("m.csv"));
    for (String out : new String[] {"m.csv", "./m.csv", "link.csv", "hard.csv"}) {
      run(
              "optimize",
              "--mean",
              path("m.csv"),
              "--cov",
              path("c.csv"),
              "--risk-aversion",
              "2",
              "--out",
              directory + "/" + out)
          .failsWith(2, "--out " + out + ": would overwrite the input --mean m.csv");
      assertEquals(MEAN, text("m.csv"));
    }
    file("u.csv", "asset,bound\nA,1\nB,1\nC,1\n");
    run(
            "optimize",
            "--cov",
            path("c.csv"),
            "--min-variance",
            "--upper",
            path("u.csv"),
            "--out",
            path("u.csv"))
        .failsWith(2, "--out u.csv: would overwrite the input --upper u.csv");
    file("p.csv", "time,A\n1,1\n2,2\n3,1\n");
    run(
            "covariance",
            "--prices",
            path("p.csv"),
            "--out",
            path("x.csv"),
            "--mean-out",
            path("x.csv"))
        .failsWith(2, "--out x.csv: is also written by --mean-out x.csv");
    absent("x.csv");
    Files.move(directory.resolve("p.csv"), directory.resolve("weights.csv"));
    run("stress", "--prices", path("weights.csv"), "--out", directory.toString())
        .failsWith(2, "--out weights.csv: would overwrite the input --prices weights.csv");
  }
}
