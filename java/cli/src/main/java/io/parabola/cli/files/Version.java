package io.parabola.cli.files;

import picocli.CommandLine;

/** The version that the jar's manifest carries. */
public final class Version implements CommandLine.IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"parabola " + current()};
  }

  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(not from a jar)" : version;
  }
}
