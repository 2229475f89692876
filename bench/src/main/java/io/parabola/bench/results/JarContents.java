package io.parabola.bench.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What fills the jar that users take, in bytes as they are packed. */
public final class JarContents {
  private JarContents() {}

  /** By what it is; empty if there is no such file. */
  public static Map<String, Long> of(Path jar) throws IOException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    if (!Files.exists(jar)) {
      return sizes;
    }
    sizes.put("all of it", Files.size(jar));
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      zip.stream()
          .filter(entry -> !entry.isDirectory())
          .forEach(entry -> sizes.merge(kind(entry), entry.getCompressedSize(), Long::sum));
    }
    return sizes;
  }

  private static String kind(ZipEntry entry) {
    String name = entry.getName();
    if (name.startsWith("org/bytedeco/")) {
      return "OpenBLAS and its binding";
    }
    if (name.startsWith("io/parabola/native/")) {
      return "libparabola, not compressed, CUDA kernels included";
    }
    if (name.endsWith(".csv.gz")) {
      return "the sample's prices";
    }
    return name.startsWith("io/parabola/") ? "Parabola's classes" : "other libraries";
  }
}
