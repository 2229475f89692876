package io.parabola.cli.stress;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.parabola.Status;
import io.parabola.cli.files.CsvText;
import io.parabola.cli.files.Numbers;
import io.parabola.internal.Shares;
import io.parabola.models.stress.MarketState;
import io.parabola.models.stress.Measure;
import io.parabola.models.stress.StressChunk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What a stress run writes of each scenario: what was measured to one table, the weights to
 * another. Read back, they give the same chunks to the last bit, since numbers have 17 digits.
 */
public final class CsvTables implements ScenarioTables {

  private final List<String> assets;
  private final List<MarketState> states;
  private final int threads;

  public CsvTables(List<String> assets, List<MarketState> states, int threads) {
    this.assets = assets;
    this.states = states;
    this.threads = threads;
  }

  /** Rows under construction. */
  private interface Rows {
    void write(CsvText csv, int from, int to);
  }

  @Override
  public byte[] scenarioRows(StressChunk chunk, boolean header) {
    return text(
        chunk,
        header,
        csv -> {
          csv.put("scenario").put("status").put("state");
          for (Measure measure : Measure.values()) {
            csv.put(measure.column());
          }
          for (String constraint : chunk.constraints()) {
            csv.put(PRICE + constraint);
          }
          csv.endLine();
        },
        (csv, from, to) -> {
          for (int k = from; k < to; k++) {
            csv.put(chunk.scenario(k)).put(chunk.status(k).name());
            csv.put(states.get(chunk.state(k)).name());
            for (Measure measure : Measure.values()) {
              csv.put(chunk.get(measure, k));
            }
            for (int c = 0; c < chunk.constraints().size(); c++) {
              csv.put(chunk.shadowPrice(c, k));
            }
            csv.endLine();
          }
        });
  }

  @Override
  public byte[] weightRows(StressChunk chunk, boolean header) {
    return text(
        chunk,
        header,
        csv ->
            csv.put("scenario")
                .put("status")
                .put("objective")
                .put("gap")
                .put(assets)
                .put("state")
                .endLine(),
        (csv, from, to) -> {
          double[] weights = new double[assets.size()];
          for (int k = from; k < to; k++) {
            csv.put(chunk.scenario(k)).put(chunk.status(k).name());
            csv.put(chunk.get(Measure.OBJECTIVE, k)).put(chunk.get(Measure.GAP, k));
            chunk.weights().getRow(k, weights);
            csv.put(weights).put(states.get(chunk.state(k)).name()).endLine();
          }
        });
  }

  /** Numbers as text take longer than solving: parts of a chunk are written on all threads. */
  private byte[] text(
      StressChunk chunk, boolean header, java.util.function.Consumer<CsvText> top, Rows rows) {
    int parts = Math.max(1, Math.min(4 * threads, chunk.count() / 64));
    String[] texts = new String[parts];
    Shares.over(
        threads,
        parts,
        turns ->
            turns.each(
                part -> {
                  StringWriter writer = new StringWriter();
                  CsvText csv = new CsvText(writer);
                  if (part == 0 && header) {
                    top.accept(csv);
                  }
                  rows.write(
                      csv,
                      (int) ((long) chunk.count() * part / parts),
                      (int) ((long) chunk.count() * (part + 1) / parts));
                  csv.flush();
                  texts[part] = writer.toString();
                }));
    return String.join("", texts).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String extension() {
    return ".csv";
  }

  @Override
  public byte[] end() {
    return new byte[0];
  }

  @Override
  public void readBack(Path scenarios, Path weights, long count, int chunkSize, Reader reader) {
    try (BufferedReader first = Files.newBufferedReader(scenarios, StandardCharsets.UTF_8);
        BufferedReader second = Files.newBufferedReader(weights, StandardCharsets.UTF_8)) {
      Iterator<CsvRecord> measured = CsvReader.builder().ofCsvRecord(first).iterator();
      Iterator<CsvRecord> weighted = CsvReader.builder().ofCsvRecord(second).iterator();
      List<String> header = measured.next().getFields();
      weighted.next();
      List<String> constraints = new ArrayList<>();
      for (int k = 3 + Measure.values().length; k < header.size(); k++) {
        constraints.add(header.get(k).substring(PRICE.length()));
      }
      for (long from = 0; from < count; from += chunkSize) {
        int here = (int) Math.min(chunkSize, count - from);
        try (StressChunk chunk = new StressChunk(from, here, assets.size(), constraints)) {
          for (int k = 0; k < here; k++) {
            read(chunk, k, measured.next(), weighted.next());
          }
          reader.read(chunk);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(StressChunk chunk, int k, CsvRecord measured, CsvRecord weighted) {
    int state = 0;
    while (!states.get(state).name().equals(measured.getField(2))) {
      state++;
    }
    chunk.put(k, Status.valueOf(measured.getField(1)), state);
    int at = 3;
    for (Measure measure : Measure.values()) {
      chunk.put(measure, k, Numbers.parse(measured.getField(at++)));
    }
    for (int c = 0; c < chunk.constraints().size(); c++) {
      chunk.putShadowPrice(c, k, Numbers.parse(measured.getField(at++)));
    }
    double[] w = new double[assets.size()];
    for (int i = 0; i < w.length; i++) {
      w[i] = Numbers.parse(weighted.getField(4 + i));
    }
    chunk.weights().setRow(k, w);
  }
}
