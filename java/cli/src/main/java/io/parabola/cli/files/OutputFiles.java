package io.parabola.cli.files;

import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * The files that a command writes, all or none.
 *
 * <p>Each is opened as a {@linkplain TemporaryFile temporary file} beside its target before the
 * long work begins, so that a target which cannot be written is found out at once; {@link #commit}
 * renames them when all are complete. Until then nothing is seen under the targets' names, and
 * {@link #close}, or the end of the program by a signal, removes every trace.
 */
public final class OutputFiles implements AutoCloseable {
  private record Output(Path target, TemporaryFile temporary, Writer writer) {}

  private final List<Output> outputs = new ArrayList<>();
  private final Deque<Path> createdDirectories = new ArrayDeque<>();
  private final Thread onSignal = new Thread(this::removeTraces, "parabola-clean-up");
  private boolean committed;

  public OutputFiles() {
    Runtime.getRuntime().addShutdownHook(onSignal);
  }

  /** Makes a directory and what it lies in, where they do not exist. */
  public void createDirectory(Path directory) {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path p = directory.toAbsolutePath().normalize();
        p != null && !Files.exists(p);
        p = p.getParent()) {
      missing.push(p);
    }
    try {
      while (!missing.isEmpty()) {
        Path next = missing.pop();
        Files.createDirectory(next);
        createdDirectories.push(next);
      }
    } catch (IOException e) {
      throw unwritable(directory, e);
    }
    if (!Files.isDirectory(directory)) {
      throw Failure.input(directory + ": is not a directory");
    }
  }

  /**
   * Opens an output. A name that ends in .gz is compressed. Something that exists and is no plain
   * file (a device, a pipe) is written directly.
   */
  public synchronized Writer open(Path target) {
    if (Files.isDirectory(target)) {
      throw Failure.input(target + ": cannot be written: it is a directory");
    }
    try {
      boolean plain = !Files.exists(target) || Files.isRegularFile(target);
      // Through a link, so that the link stays one; but a pipe behind /dev/stdout has no real path.
      Path actual = plain && Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
      if (plain && Files.exists(actual) && !Files.isWritable(actual)) {
        throw Failure.input(target + ": cannot be written: no permission");
      }
      TemporaryFile temporary = plain ? TemporaryFile.beside(actual) : null;
      OutputStream stream =
          new NamedStream(target, plain ? temporary.stream() : Files.newOutputStream(actual));
      if (target.toString().endsWith(".gz")) {
        // Buffered, so that the header which the constructor writes cannot fail before the file is
        // among those to be removed.
        stream = new GZIPOutputStream(new BufferedOutputStream(stream), 1 << 16);
      }
      Writer writer =
          new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), 1 << 16);
      outputs.add(new Output(actual, temporary, writer));
      return writer;
    } catch (IOException e) {
      throw unwritable(target, e);
    }
  }

  private static Failure unwritable(Path target, IOException e) {
    return Failure.input(target + ": cannot be written: " + reason(e));
  }

  /** What the system says, in words. */
  public static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "the directory does not exist";
    } else if (e instanceof AccessDeniedException) {
      return "no permission";
    } else if (e instanceof FileAlreadyExistsException) {
      return "a file is in the way";
    } else if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    } else {
      return e.getMessage();
    }
  }

  /** Completes all files and gives them their names. */
  public synchronized void commit() {
    Path current = null;
    try {
      for (Output output : outputs) {
        current = output.target();
        if (output.temporary() != null) {
          output.temporary().touch();
        }
        output.writer().close();
      }
      for (Output output : outputs) {
        current = output.target();
        if (output.temporary() != null) {
          output.temporary().rename();
        }
      }
      committed = true;
    } catch (IOException e) {
      throw unwritable(current, e);
    }
  }

  private synchronized void removeTraces() {
    if (committed) {
      return;
    }
    for (Output output : outputs) {
      try {
        output.writer().close();
      } catch (IOException | Failure e) {
        // The file is going to be deleted: what could not be flushed to it does not matter.
      }
      if (output.temporary() != null) {
        output.temporary().delete();
      }
    }
    outputs.clear();
    while (!createdDirectories.isEmpty()) {
      delete(createdDirectories.pop());
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // A directory that somebody else has put something into stays.
    }
  }

  /** A stream whose failures name the file; disks fill up. */
  private static final class NamedStream extends FilterOutputStream {
    private final Path target;

    NamedStream(Path target, OutputStream stream) {
      super(stream);
      this.target = target;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw unwritable(target, e);
      }
    }

    @Override
    public void close() {
      try {
        out.close();
      } catch (IOException e) {
        throw unwritable(target, e);
      }
    }
  }

  @Override
  public void close() {
    removeTraces();
    try {
      Runtime.getRuntime().removeShutdownHook(onSignal);
    } catch (IllegalStateException e) {
      // Already shutting down: the hook has run, or is about to find nothing left to do.
    }
  }
}
