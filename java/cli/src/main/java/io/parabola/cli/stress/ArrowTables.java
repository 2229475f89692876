package io.parabola.cli.stress;

import io.parabola.Status;
import io.parabola.models.stress.MarketState;
import io.parabola.models.stress.Measure;
import io.parabola.models.stress.StressChunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The tables of a stress run as Arrow IPC streams, the same columns as the CSV's: a record batch
 * for each chunk, behind one another, so that a file can be cut after any of them and go on.
 */
public final class ArrowTables implements ScenarioTables {
  /** Of a stream: a continuation mark, and a message of no length. */
  private static final byte[] END = {-1, -1, -1, -1, 0, 0, 0, 0};

  private static final ArrowType NUMBER =
      new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

  private final List<String> assets;
  private final List<MarketState> states;

  public ArrowTables(List<String> assets, List<MarketState> states) {
    this.assets = assets;
    this.states = states;
  }

  @Override
  public String extension() {
    return ".arrows";
  }

  @Override
  public byte[] end() {
    return END.clone();
  }

  private static Field field(String name, ArrowType type) {
    return Field.notNullable(name, type);
  }

  private static Schema scenarioSchema(List<String> constraints) {
    List<Field> fields = new ArrayList<>();
    fields.add(field("scenario", new ArrowType.Int(64, true)));
    fields.add(field("status", new ArrowType.Utf8()));
    fields.add(field("state", new ArrowType.Utf8()));
    for (Measure measure : Measure.values()) {
      fields.add(field(measure.column(), NUMBER));
    }
    constraints.forEach(name -> fields.add(field(PRICE + name, NUMBER)));
    return new Schema(fields);
  }

  private Schema weightSchema() {
    List<Field> fields = new ArrayList<>();
    fields.add(field("scenario", new ArrowType.Int(64, true)));
    fields.add(field("status", new ArrowType.Utf8()));
    fields.add(field("objective", NUMBER));
    fields.add(field("gap", NUMBER));
    assets.forEach(asset -> fields.add(field(asset, NUMBER)));
    fields.add(field("state", new ArrowType.Utf8()));
    return new Schema(fields);
  }

  /** A table under construction, filled column after column. */
  private final class Columns {
    private final VectorSchemaRoot root;
    private final StressChunk chunk;
    private int next;

    Columns(VectorSchemaRoot root, StressChunk chunk) {
      this.root = root;
      this.chunk = chunk;
    }

    private FieldVector vector() {
      return root.getVector(next++);
    }

    void scenario() {
      BigIntVector vector = (BigIntVector) vector();
      vector.allocateNew(chunk.count());
      for (int k = 0; k < chunk.count(); k++) {
        vector.set(k, chunk.scenario(k));
      }
    }

    void status() {
      texts(k -> chunk.status(k).name());
    }

    void state() {
      texts(k -> states.get(chunk.state(k)).name());
    }

    private void texts(java.util.function.IntFunction<String> text) {
      VarCharVector vector = (VarCharVector) vector();
      vector.allocateNew(chunk.count());
      for (int k = 0; k < chunk.count(); k++) {
        vector.setSafe(k, text.apply(k).getBytes(StandardCharsets.UTF_8));
      }
    }

    void numbers(IntToDoubleFunction number) {
      Float8Vector vector = (Float8Vector) vector();
      vector.allocateNew(chunk.count());
      for (int k = 0; k < chunk.count(); k++) {
        vector.set(k, number.applyAsDouble(k));
      }
    }
  }

  private interface Filling {
    void fill(Columns columns);
  }

  private byte[] message(StressChunk chunk, boolean header, Schema schema, Filling filling) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        WriteChannel channel = new WriteChannel(Channels.newChannel(bytes))) {
      if (header) {
        MessageSerializer.serialize(channel, schema);
      }
      filling.fill(new Columns(root, chunk));
      root.setRowCount(chunk.count());
      try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
        MessageSerializer.serialize(channel, batch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public byte[] scenarioRows(StressChunk chunk, boolean header) {
    return message(
        chunk,
        header,
        scenarioSchema(chunk.constraints()),
        columns -> {
          columns.scenario();
          columns.status();
          columns.state();
          for (Measure measure : Measure.values()) {
            columns.numbers(k -> chunk.get(measure, k));
          }
          for (int c = 0; c < chunk.constraints().size(); c++) {
            int constraint = c;
            columns.numbers(k -> chunk.shadowPrice(constraint, k));
          }
        });
  }

  @Override
  public byte[] weightRows(StressChunk chunk, boolean header) {
    return message(
        chunk,
        header,
        weightSchema(),
        columns -> {
          columns.scenario();
          columns.status();
          columns.numbers(k -> chunk.get(Measure.OBJECTIVE, k));
          columns.numbers(k -> chunk.get(Measure.GAP, k));
          for (int i = 0; i < assets.size(); i++) {
            int asset = i;
            columns.numbers(k -> chunk.weights().get(k, asset));
          }
          columns.state();
        });
  }

  @Override
  public void readBack(Path scenarios, Path weights, long count, int chunkSize, Reader reader) {
    try (BufferAllocator allocator = new RootAllocator();
        InputStream first = Files.newInputStream(scenarios);
        InputStream second = Files.newInputStream(weights);
        ArrowStreamReader measured = new ArrowStreamReader(first, allocator);
        ArrowStreamReader weighted = new ArrowStreamReader(second, allocator)) {
      List<String> constraints =
          measured.getVectorSchemaRoot().getSchema().getFields().stream()
              .map(Field::getName)
              .filter(name -> name.startsWith(PRICE))
              .map(name -> name.substring(PRICE.length()))
              .toList();
      for (long done = 0; done < count; ) {
        measured.loadNextBatch();
        weighted.loadNextBatch();
        VectorSchemaRoot rows = measured.getVectorSchemaRoot();
        try (StressChunk chunk =
            new StressChunk(done, rows.getRowCount(), assets.size(), constraints)) {
          read(chunk, rows, weighted.getVectorSchemaRoot());
          reader.read(chunk);
        }
        done += rows.getRowCount();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(StressChunk chunk, VectorSchemaRoot measured, VectorSchemaRoot weighted) {
    VarCharVector status = (VarCharVector) measured.getVector(1);
    VarCharVector in = (VarCharVector) measured.getVector(2);
    double[] w = new double[assets.size()];
    for (int k = 0; k < chunk.count(); k++) {
      String name = in.getObject(k).toString();
      int state = 0;
      while (!states.get(state).name().equals(name)) {
        state++;
      }
      chunk.put(k, Status.valueOf(status.getObject(k).toString()), state);
      int at = 3;
      for (Measure measure : Measure.values()) {
        chunk.put(measure, k, ((Float8Vector) measured.getVector(at++)).get(k));
      }
      for (int c = 0; c < chunk.constraints().size(); c++) {
        chunk.putShadowPrice(c, k, ((Float8Vector) measured.getVector(at++)).get(k));
      }
      for (int i = 0; i < w.length; i++) {
        w[i] = ((Float8Vector) weighted.getVector(4 + i)).get(k);
      }
      chunk.weights().setRow(k, w);
    }
  }
}
