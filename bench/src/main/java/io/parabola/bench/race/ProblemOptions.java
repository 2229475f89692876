package io.parabola.bench.race;

import io.parabola.bench.problems.ProblemFile;
import io.parabola.bench.problems.Recipe;
import io.parabola.bench.problems.Scenarios;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which problems a command solves. */
final class ProblemOptions {
  static final long SEED = 20240901;

  @Option(
      names = "--sizes",
      split = ",",
      description = "Numbers of assets, such as 50,100,200,500,1000,2000.")
  List<Integer> sizes;

  @Option(
      names = "--kinds",
      split = ",",
      defaultValue = "t2n,thalf,fac",
      description = "Kinds of covariance (${DEFAULT-VALUE}).")
  List<String> kinds;

  @Option(
      names = "--problems",
      description = "Directory of kind_S_n.bin files to solve instead of generated problems.")
  Path directory;

  @Option(names = "--seed", description = "Seed of the generated problems (${DEFAULT-VALUE}).")
  long seed = SEED;

  String describe() {
    return directory == null ? "generated, seed " + seed : "read from files";
  }

  List<Integer> sizes(Integer... byDefault) {
    return sizes == null ? List.of(byDefault) : sizes.stream().sorted().toList();
  }

  Scenarios load(String kind, int size) throws IOException {
    if (directory == null) {
      return Recipe.generate(kind, size, seed);
    }
    return ProblemFile.read(directory.resolve(kind + "_S_" + size + ".bin"));
  }
}
