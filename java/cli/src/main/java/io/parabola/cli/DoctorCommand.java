package io.parabola.cli;

import io.parabola.Engine;
import io.parabola.EngineUnavailableException;
import io.parabola.InvalidInputException;
import io.parabola.cli.files.Console;
import io.parabola.cli.files.JsonText;
import io.parabola.cli.files.Version;
import io.parabola.internal.blas.BlasSelection;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    description = "Says which engines run here and on what, and what is missing and how to get it.",
    sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
  private static final List<String> ENGINES = List.of("cuda", "cpu", "java");

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  private final Console console;

  DoctorCommand(Console console) {
    this.console = console;
  }

  /** What trying one engine gave. */
  private record Trial(String engine, boolean available, String text) {
    String remedy() {
      if (available) {
        return "";
      }
      return switch (engine) {
        case "cuda" ->
            "it needs an NVIDIA GPU of compute capability 7.5 or more, driver 580 or newer, and a jar"
                + " built where nvcc 13 is";
        case "cpu" ->
            "build with cmake and a C++20 compiler on the path, then it is part of the jar; the java"
                + " engine solves until then";
        default -> "";
      };
    }
  }

  @Override
  public Integer call() {
    List<Trial> trials = ENGINES.stream().map(DoctorCommand::attempt).toList();
    String chosen;
    try (Engine engine = Engine.create()) {
      chosen = engine.describe();
    } catch (EngineUnavailableException | InvalidInputException e) {
      chosen = "none: " + e.getMessage();
    }
    String preferred = chosen;
    String blas = BlasSelection.describe();
    Runtime machine = Runtime.getRuntime();
    String java =
        System.getProperty("java.version")
            + " ("
            + System.getProperty("java.vendor")
            + "), "
            + System.getProperty("java.home");
    String system =
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch");
    long heapMiB = machine.maxMemory() >> 20;
    if (json) {
      console
          .out()
          .print(
              JsonText.of(
                  j -> {
                    j.put("parabola", Version.current()).put("java", java);
                    j.put("system", system).put("processors", machine.availableProcessors());
                    j.put("heap_mib", heapMiB).put("chosen_engine", preferred);
                    j.objects(
                        "engines",
                        trials,
                        (o, t) ->
                            o.put("engine", t.engine())
                                .put("available", t.available())
                                .put("description", t.text())
                                .put("remedy", t.remedy()));
                    j.put("blas", blas);
                  }));
      return 0;
    }
    print("parabola", Version.current());
    print("java", java);
    print(
        "system",
        system
            + ", "
            + machine.availableProcessors()
            + " processors, heap up to "
            + heapMiB
            + " MiB");
    print("chosen", preferred);
    for (Trial trial : trials) {
      print("engine " + trial.engine(), (trial.available() ? "yes: " : "no: ") + trial.text());
      if (!trial.remedy().isEmpty()) {
        print("", trial.remedy());
      }
    }
    print("blas", blas);
    return 0;
  }

  private static Trial attempt(String name) {
    try (Engine engine = Engine.create(name)) {
      return new Trial(name, true, engine.describe());
    } catch (EngineUnavailableException | InvalidInputException e) {
      // The engine stands at the beginning of the line already.
      return new Trial(name, false, e.getMessage().replaceFirst("^engine " + name + ": ", ""));
    }
  }

  private void print(String topic, String text) {
    console.out().printf("%-12s %s%n", topic, text);
  }
}
