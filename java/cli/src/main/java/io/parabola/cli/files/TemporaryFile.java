package io.parabola.cli.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A file written beside its target, which gets the target's name when it is complete.
 *
 * <p>It is locked as long as it is written. One that a killed process has left behind is not, and
 * the next run with the same target removes it.
 */
public final class TemporaryFile {
  /** A file is not locked yet when it is new, and not any more when it is about to be renamed. */
  public static final Duration ABANDONED_AFTER = Duration.ofMinutes(10);

  private static final Pattern NAME =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}\\.tmp");

  private final Path target;
  private final Path path;
  private final OutputStream stream;

  private TemporaryFile(Path target, Path path, OutputStream stream) {
    this.target = target;
    this.path = path;
    this.stream = stream;
  }

  /** Creates one, with the permissions of the target where that exists. */
  public static TemporaryFile beside(Path target) throws IOException {
    Path path = target.resolveSibling(prefix(target) + UUID.randomUUID() + ".tmp");
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    TemporaryFile file = new TemporaryFile(target, path, Channels.newOutputStream(channel));
    try {
      file.copyPermissions();
    } catch (IOException e) {
      channel.close();
      file.delete();
      throw e;
    }
    try {
      channel.tryLock();
    } catch (IOException e) {
      // No locks on this file system: then nobody can lock the file to remove it, either.
    }
    removeAbandoned(target);
    return file;
  }

  public OutputStream stream() {
    return stream;
  }

  /** Keeps others from taking the file for abandoned between its being closed and renamed. */
  public void touch() throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
  }

  /** Gives the complete and closed file its name. */
  public void rename() throws IOException {
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  public void delete() {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // Somebody has taken the directory away, and the file with it.
    }
  }

  private void copyPermissions() throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    PosixFileAttributeView old = Files.getFileAttributeView(target, PosixFileAttributeView.class);
    if (old != null) {
      Files.setPosixFilePermissions(path, old.readAttributes().permissions());
    }
  }

  private static String prefix(Path target) {
    return "." + target.getFileName() + ".";
  }

  private static void removeAbandoned(Path target) {
    String prefix = prefix(target);
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            target.getParent(),
            file -> {
              String name = file.getFileName().toString();
              return name.startsWith(prefix)
                  && NAME.matcher(name.substring(prefix.length())).matches();
            })) {
      for (Path file : files) {
        removeIfAbandoned(file);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // What others have left behind is no concern of this run's.
    }
  }

  private static void removeIfAbandoned(Path file) throws IOException {
    FileTime written = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || written.toInstant().isAfter(Instant.now().minus(ABANDONED_AFTER))) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(file);
      }
    } catch (OverlappingFileLockException e) {
      // This very process is writing it.
    }
  }
}
