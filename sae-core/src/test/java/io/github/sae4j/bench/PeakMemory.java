package io.github.sae4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The most physical memory that this process has had at a time, as Linux counts it. */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String KEY = "VmHWM:";

  private PeakMemory() {}

  /** In bytes, pages of mapped files included. */
  static long bytes() throws IOException {
    return bytes(Files.readAllLines(STATUS));
  }

  static long bytes(List<String> status) {
    for (String line : status) {
      if (line.startsWith(KEY)) {
        String kilobytes = line.substring(KEY.length()).strip().split(" ", 2)[0];
        return Long.parseLong(kilobytes) * 1024;
      }
    }
    throw new IllegalStateException("this system does not say how much memory a process had");
  }
}
