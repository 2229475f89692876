package io.parabola.cli.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** A JSON object under construction; numbers with 17 digits, and null for what is no number. */
public final class JsonText {
  /** What fills an object in. */
  public interface Body {
    void write(JsonText json);
  }

  private final JsonGenerator generator;

  private JsonText(JsonGenerator generator) {
    this.generator = generator;
  }

  /** A whole document, ending in a line feed. */
  public static String of(Body body) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
      DefaultPrettyPrinter printer =
          new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));
      printer.indentArraysWith(new DefaultIndenter("  ", "\n"));
      generator.setPrettyPrinter(printer);
      generator.writeStartObject();
      body.write(new JsonText(generator));
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.append('\n').toString();
  }

  private interface Step {
    void run() throws IOException;
  }

  private JsonText write(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public JsonText put(String name, String value) {
    return write(() -> generator.writeStringField(name, value));
  }

  public JsonText put(String name, boolean value) {
    return write(() -> generator.writeBooleanField(name, value));
  }

  public JsonText put(String name, long value) {
    return write(() -> generator.writeNumberField(name, value));
  }

  public JsonText put(String name, double value) {
    return write(
        () -> {
          generator.writeFieldName(name);
          if (Double.isFinite(value)) {
            generator.writeNumber(Numbers.exact(value));
          } else {
            generator.writeNull();
          }
        });
  }

  public JsonText put(String name, Iterable<String> values) {
    return write(
        () -> {
          generator.writeArrayFieldStart(name);
          for (String value : values) {
            generator.writeString(value);
          }
          generator.writeEndArray();
        });
  }

  /** A field for each name. */
  public JsonText put(List<String> names, double[] values) {
    for (int i = 0; i < values.length; i++) {
      put(names.get(i), values[i]);
    }
    return this;
  }

  public JsonText object(String name, Body body) {
    return write(
        () -> {
          generator.writeObjectFieldStart(name);
          body.write(this);
          generator.writeEndObject();
        });
  }

  /** An array of objects: the body is called with each of the elements. */
  public <T> JsonText objects(
      String name, Iterable<T> elements, java.util.function.BiConsumer<JsonText, T> body) {
    return write(
        () -> {
          generator.writeArrayFieldStart(name);
          for (T element : elements) {
            generator.writeStartObject();
            body.accept(this, element);
            generator.writeEndObject();
          }
          generator.writeEndArray();
        });
  }
}
