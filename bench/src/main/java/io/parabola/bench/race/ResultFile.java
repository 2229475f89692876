package io.parabola.bench.race;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.parabola.bench.results.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One run of a command, as it is kept: {@code results/<name>.json}.
 *
 * @param command the command that ran
 * @param problems where its problems came from
 * @param machine what it ran on
 * @param groups its measurements; those of a group were taken turn by turn
 * @param observed what else is known of the run, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ResultFile(
    String command,
    String problems,
    Machine machine,
    List<Group> groups,
    Map<String, String> observed) {
  ResultFile(String command, String problems, Machine machine, List<Group> groups) {
    this(command, problems, machine, groups, null);
  }

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Measurements on problems of one kind and size. */
  public record Group(String kind, int size, List<Measurement> measurements) {
    /** The measurement of that name, or null. */
    Measurement find(String name) {
      return measurements.stream().filter(m -> m.name().equals(name)).findFirst().orElse(null);
    }
  }

  public void write(Path directory, String name) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(name + ".json");
    Files.writeString(file, JSON.writeValueAsString(this) + "\n");
    System.out.println("written: " + file);
  }

  public static List<ResultFile> readAll(Path directory) throws IOException {
    List<ResultFile> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file :
          files
              .filter(p -> p.toString().endsWith(".json"))
              .sorted(Comparator.comparing(Path::toString))
              .toList()) {
        try {
          JsonNode root = JSON.readTree(file.toFile());
          // What else lies here, counts of instructions for instance, is no race.
          if (root.has("command")) {
            all.add(JSON.treeToValue(root, ResultFile.class));
          }
        } catch (JsonProcessingException e) {
          throw new IOException(file + ": " + e.getOriginalMessage(), e);
        }
      }
    }
    return all;
  }
}
