package io.parabola.cli.stress;

import io.parabola.models.stress.StressChunk;
import java.nio.file.Path;

/**
 * What a stress run writes of each scenario, chunk after chunk: what was measured to one table, the
 * weights to another. Read back, they give the same chunks to the last bit.
 */
public interface ScenarioTables {
  /** Before the name of a constraint, in the header of its shadow prices. */
  String PRICE = "price of ";

  /** What hears of the chunks that are read back. */
  interface Reader {
    void read(StressChunk chunk);
  }

  /** How the names of its files end. */
  String extension();

  default String scenarios() {
    return "scenarios" + extension();
  }

  default String weights() {
    return "weights" + extension();
  }

  /**
   * What is appended to the table of what was measured.
   *
   * @param header whether the table begins here
   */
  byte[] scenarioRows(StressChunk chunk, boolean header);

  /** The same for the weights. */
  byte[] weightRows(StressChunk chunk, boolean header);

  /** What stands behind the last chunk. */
  byte[] end();

  /** Reads the first scenarios of both tables back. */
  void readBack(Path scenarios, Path weights, long count, int chunkSize, Reader reader);
}
