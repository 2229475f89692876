package io.parabola.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;

/**
 * The files that a command writes, all or none.
 *
 * <p>Each is opened as a temporary file beside its target before the long work begins, so that a
 * target which cannot be written is found out at once; {@link #commit} renames them when all are
 * complete. Until then nothing is seen under the targets' names, and {@link #close}, or the end of
 * the program by a signal, removes every trace.
 */
final class OutputFiles implements AutoCloseable {
  private record Output(Path target, Path temporary, Writer writer) {}

  private final List<Output> outputs = new ArrayList<>();
  private final Deque<Path> createdDirectories = new ArrayDeque<>();
  private final Thread onSignal = new Thread(this::removeTraces, "parabola-clean-up");
  private boolean committed;

  OutputFiles() {
    Runtime.getRuntime().addShutdownHook(onSignal);
  }

  /** Makes a directory and what it lies in, where they do not exist. */
  void createDirectory(Path directory) {
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
  synchronized Writer open(Path target) {
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
      Path temporary =
          plain
              ? actual.resolveSibling("." + actual.getFileName() + "." + UUID.randomUUID() + ".tmp")
              : null;
      OutputStream stream =
          plain
              ? Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW)
              : Files.newOutputStream(actual);
      if (target.toString().endsWith(".gz")) {
        stream = new GZIPOutputStream(stream, 1 << 16);
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
    String reason;
    if (e instanceof NoSuchFileException) {
      reason = "the directory does not exist";
    } else if (e instanceof AccessDeniedException) {
      reason = "no permission";
    } else if (e instanceof FileAlreadyExistsException) {
      reason = "a file is in the way";
    } else if (e instanceof FileSystemException f && f.getReason() != null) {
      reason = f.getReason();
    } else {
      reason = e.getMessage();
    }
    return Failure.input(target + ": cannot be written: " + reason);
  }

  /** Completes all files and gives them their names. */
  synchronized void commit() {
    Path current = null;
    try {
      for (Output output : outputs) {
        current = output.target();
        output.writer().close();
      }
      for (Output output : outputs) {
        current = output.target();
        if (output.temporary() != null) {
          Files.move(
              output.temporary(),
              output.target(),
              StandardCopyOption.ATOMIC_MOVE,
              StandardCopyOption.REPLACE_EXISTING);
        }
      }
      committed = true;
    } catch (IOException e) {
      throw unwritable(current, e);
    }
  }

  /** Turns a failure to write into one that names the cause; disks fill up. */
  static Failure failed(UncheckedIOException e) {
    return Failure.input("the output cannot be written: " + e.getCause().getMessage());
  }

  private synchronized void removeTraces() {
    if (committed) {
      return;
    }
    for (Output output : outputs) {
      try {
        output.writer().close();
      } catch (IOException e) {
        // The file is going to be deleted: what could not be flushed to it does not matter.
      }
      if (output.temporary() != null) {
        delete(output.temporary());
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
