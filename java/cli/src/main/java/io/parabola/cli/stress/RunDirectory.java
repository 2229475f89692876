package io.parabola.cli.stress;

import io.parabola.cli.files.Failure;
import io.parabola.cli.files.OutputFiles;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The directory that a long run writes to, chunk by chunk, so that it can be stopped and resumed.
 *
 * <p>What is not complete lies in a hidden directory of its own, with a checkpoint that says how
 * many bytes of each file are whole; files get their names when all of them are complete. A run
 * that is stopped leaves what it has under names that say so, {@code weights.partial.csv}; one that
 * is killed leaves nothing under any name but the hidden one. Either can be resumed: files are cut
 * to what the checkpoint says, and go on from there.
 */
public final class RunDirectory implements AutoCloseable {
  private static final String HIDDEN = ".parabola-run";
  private static final String CHECKPOINT = "checkpoint";

  private final Path directory;
  private final Path hidden;
  private final String fingerprint;
  private final List<String> names;
  private final Deque<Path> created;
  private final Map<String, FileChannel> channels = new LinkedHashMap<>();
  private final FileChannel lockFile;
  private long done;
  private boolean kept;

  private RunDirectory(
      Path directory,
      String fingerprint,
      List<String> names,
      Deque<Path> created,
      FileChannel lockFile) {
    this.directory = directory;
    this.hidden = directory.resolve(HIDDEN);
    this.fingerprint = fingerprint;
    this.names = names;
    this.created = created;
    this.lockFile = lockFile;
  }

  /** What to do about a run that was stopped before. */
  public enum Before {
    /** It has to be said. */
    UNSAID,
    /** Go on with it. */
    RESUME,
    /** Discard it. */
    RESTART
  }

  /**
   * Opens a directory, and makes it where there is none.
   *
   * @param fingerprint of all that decides what is written
   * @param names of the files that are written chunk by chunk
   * @param others of those that are written in the end
   * @throws Failure if it cannot be written, or holds a run that was stopped
   */
  public static RunDirectory open(
      Path directory, String fingerprint, List<String> names, List<String> others, Before before) {
    Deque<Path> created = new ArrayDeque<>();
    FileChannel lockFile = null;
    RunDirectory run = null;
    try {
      create(directory, created);
      if (!Files.isDirectory(directory)) {
        throw Failure.input(directory + ": is not a directory");
      }
      for (String name : names) {
        requireFile(directory.resolve(name));
      }
      for (String name : others) {
        requireFile(directory.resolve(name));
      }
      Path hidden = directory.resolve(HIDDEN);
      create(hidden, created);
      lockFile =
          FileChannel.open(
              hidden.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      requireLock(directory, lockFile);
      run = new RunDirectory(directory, fingerprint, names, created, lockFile);
      run.begin(before);
      return run;
    } catch (IOException e) {
      throw Failure.input(directory + ": cannot be written: " + OutputFiles.reason(e));
    } finally {
      if (run == null || run.channels.size() < names.size()) {
        if (run != null) {
          run.kept = Files.exists(run.hidden.resolve(CHECKPOINT));
          run.close();
        } else {
          close(lockFile);
          created.forEach(RunDirectory::delete);
        }
      }
    }
  }

  private static void create(Path directory, Deque<Path> created) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path p = directory.toAbsolutePath().normalize();
        p != null && !Files.exists(p);
        p = p.getParent()) {
      missing.push(p);
    }
    while (!missing.isEmpty()) {
      Path next = missing.pop();
      Files.createDirectory(next);
      created.push(next);
    }
  }

  private static void requireFile(Path target) {
    if (Files.isDirectory(target)) {
      throw Failure.input(target + ": cannot be written: it is a directory");
    }
    if (Files.exists(target) && !Files.isWritable(target)) {
      throw Failure.input(target + ": cannot be written: no permission");
    }
  }

  private static void requireLock(Path directory, FileChannel lockFile) throws IOException {
    try {
      FileLock lock = lockFile.tryLock();
      if (lock == null) {
        throw Failure.input(directory + ": another run is writing there");
      }
    } catch (OverlappingFileLockException e) {
      throw Failure.input(directory + ": another run is writing there");
    }
  }

  private void begin(Before before) throws IOException {
    Path checkpoint = hidden.resolve(CHECKPOINT);
    Properties saved = read(checkpoint, before);
    boolean stopped = saved.containsKey("done");
    // One that was killed before its first checkpoint has left the hidden directory, and nothing
    // that
    // could not be done again: it is resumed from its beginning.
    boolean begun = !created.contains(hidden.toAbsolutePath().normalize());
    if (before == Before.RESUME && !stopped && !begun) {
      throw Failure.input(directory + ": holds no run that was stopped; leave --resume out");
    }
    if (before == Before.UNSAID && stopped) {
      throw Failure.input(
          directory
              + ": holds a run that was stopped after "
              + saved.getProperty("done")
              + " scenarios: --resume goes on with it, --restart discards it");
    }
    boolean resumed = before == Before.RESUME && stopped;
    if (resumed && !fingerprint.equals(saved.getProperty("fingerprint"))) {
      throw Failure.input(
          directory
              + ": the run that was stopped there had other options, data or engine; --restart"
              + " discards it");
    }
    if (!resumed) {
      Files.deleteIfExists(checkpoint);
    }
    done = resumed ? Long.parseLong(saved.getProperty("done")) : 0;
    for (String name : names) {
      Path file = hidden.resolve(name);
      Path partial = directory.resolve(partial(name));
      if (resumed && !Files.exists(file) && Files.exists(partial)) {
        Files.move(partial, file);
      }
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      channels.put(name, channel);
      long length = resumed ? Long.parseLong(saved.getProperty("bytes." + name)) : 0;
      if (channel.size() < length) {
        throw Failure.input(
            directory
                + ": "
                + name
                + " of the run that was stopped is shorter than its checkpoint says; --restart"
                + " discards it");
      }
      channel.truncate(length);
      channel.position(length);
    }
  }

  /** What a checkpoint says; nothing if there is none, or it is about to be discarded. */
  private Properties read(Path checkpoint, Before before) throws IOException {
    Properties saved = new Properties();
    if (before == Before.RESTART || !Files.exists(checkpoint)) {
      return saved;
    }
    try (var reader = Files.newBufferedReader(checkpoint, StandardCharsets.UTF_8)) {
      saved.load(reader);
      requireCount(saved.getProperty("done"));
      for (String name : names) {
        requireCount(saved.getProperty("bytes." + name, "0"));
      }
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw Failure.input(
          directory
              + ": the checkpoint of the run that was stopped is damaged; --restart discards it");
    }
    return saved;
  }

  private static void requireCount(String text) {
    if (Long.parseLong(text) < 0) {
      throw new NumberFormatException(text);
    }
  }

  /** How many scenarios are in the files. */
  public long done() {
    return done;
  }

  /** A file that is being written, from its beginning. */
  public Path hiddenFile(String name) {
    return hidden.resolve(name);
  }

  /** Where a file will be. */
  public Path target(String name) {
    return directory.resolve(name);
  }

  public void append(String name, byte[] bytes) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channels.get(name).write(buffer);
      }
    } catch (IOException e) {
      throw unwritable(name, e);
    }
  }

  /** From here on the run can be resumed after so many scenarios. */
  public void checkpoint(long scenarios) {
    Properties saved = new Properties();
    saved.setProperty("fingerprint", fingerprint);
    saved.setProperty("done", Long.toString(scenarios));
    try {
      for (Map.Entry<String, FileChannel> entry : channels.entrySet()) {
        entry.getValue().force(false);
        saved.setProperty("bytes." + entry.getKey(), Long.toString(entry.getValue().position()));
      }
      Path next = hidden.resolve(CHECKPOINT + ".next");
      try (BufferedWriter writer = Files.newBufferedWriter(next, StandardCharsets.UTF_8)) {
        saved.store(writer, null);
      }
      Files.move(next, hidden.resolve(CHECKPOINT), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw unwritable(CHECKPOINT, e);
    }
    done = scenarios;
    kept = true;
  }

  /**
   * Gives the files their names, writes the others beside them, and forgets the checkpoint.
   *
   * @param end what stands at the end of each file that is written chunk by chunk
   * @param all the names that files of any run may have: those that this one has not written are of
   *     another, and deleted
   */
  public void finish(byte[] end, Map<String, String> others, List<String> all) {
    names.forEach(name -> append(name, end));
    write(others, true);
    for (String name : all) {
      delete(directory.resolve(partial(name)));
      if (!names.contains(name) && !others.containsKey(name)) {
        delete(directory.resolve(name));
      }
    }
    created.clear();
    kept = false;
  }

  /** Leaves what there is under names that say it is not all; the run can be resumed. */
  public void suspend(byte[] end, Map<String, String> others) {
    names.forEach(name -> append(name, end)); // cut off again by whoever resumes
    write(others, false);
    created.clear();
    kept = true;
  }

  private void write(Map<String, String> others, boolean complete) {
    String current = "";
    try {
      for (Map.Entry<String, String> other : others.entrySet()) {
        current = other.getKey();
        try (OutputStream stream = Files.newOutputStream(hidden.resolve(current))) {
          stream.write(other.getValue().getBytes(StandardCharsets.UTF_8));
        }
      }
      for (FileChannel channel : channels.values()) {
        channel.force(false);
        channel.close();
      }
      if (complete) {
        // From here on there is nothing to resume: the files below replace what was there before.
        Files.deleteIfExists(hidden.resolve(CHECKPOINT));
      }
      for (String name : names) {
        current = name;
        rename(name, complete);
      }
      for (String name : others.keySet()) {
        current = name;
        rename(name, complete);
      }
    } catch (IOException e) {
      throw unwritable(current, e);
    }
  }

  private void rename(String name, boolean complete) throws IOException {
    Path target = directory.resolve(complete ? name : partial(name));
    if (complete && Files.isSymbolicLink(target)) {
      target = target.toRealPath(); // so that the link stays one
    }
    Files.move(hidden.resolve(name), target, StandardCopyOption.REPLACE_EXISTING);
  }

  /** {@code weights.csv} is {@code weights.partial.csv} as long as it is not all. */
  public static String partial(String name) {
    int dot = name.indexOf('.');
    return name.substring(0, dot) + ".partial" + name.substring(dot);
  }

  private Failure unwritable(String name, IOException e) {
    return Failure.input(directory.resolve(name) + ": cannot be written: " + OutputFiles.reason(e));
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // A directory that somebody else has put something into stays.
    }
  }

  private static void close(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // What was written before has been forced.
    }
  }

  /** Removes every trace, unless there is something to resume or all is complete. */
  @Override
  public void close() {
    channels.values().forEach(RunDirectory::close);
    close(lockFile);
    delete(hidden.resolve("lock"));
    if (kept) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(hidden)) {
      files.forEach(RunDirectory::delete);
    } catch (IOException e) {
      // There is none.
    }
    delete(hidden);
    created.forEach(RunDirectory::delete);
  }
}
