package io.github.sae4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;

/**
 * The available memory, in bytes; {@link #NONE} if unlimited or unknown.
 *
 * @param heap maximum size of Java's heap
 * @param nd4j off-heap memory allowed by {@code -Dorg.bytedeco.javacpp.maxbytes}; JavaCPP does not
 *     count the arrays of ND4J 1.0.0-M2.1, so only this check enforces it
 * @param machine memory available on the machine without swapping
 */
public record MemoryLimits(long heap, long nd4j, long machine) {
  /** No limit. */
  public static final long NONE = Long.MAX_VALUE;

  private static final String MAX_BYTES = "org.bytedeco.javacpp.maxbytes";
  private static final Pattern AVAILABLE =
      Pattern.compile("^MemAvailable:\\s+(\\d+) kB$", Pattern.MULTILINE);

  /** Returns the limits of this process; loads JavaCPP. */
  public static MemoryLimits ofThisProcess() {
    // JavaCPP's default is the size of the heap, which says nothing about available memory
    long nd4j = System.getProperty(MAX_BYTES) == null ? 0 : Pointer.maxBytes();
    return new MemoryLimits(
        Runtime.getRuntime().maxMemory(), nd4j > 0 ? nd4j : NONE, ofMachine().machine());
  }

  /** Returns the limits of a process that may use all of the machine's memory; loads nothing. */
  public static MemoryLimits ofMachine() {
    long available = available(Path.of("/proc/meminfo"), Path.of("/sys/fs/cgroup/memory.max"));
    return new MemoryLimits(NONE, NONE, available);
  }

  /**
   * Returns the available memory according to the kernel, or the control group's limit if lower.
   */
  static long available(Path memInfo, Path groupLimit) {
    Matcher machine = AVAILABLE.matcher(text(memInfo));
    String group = text(groupLimit).strip();
    return Math.min(
        machine.find() ? Long.parseLong(machine.group(1)) << 10 : NONE,
        group.matches("\\d{1,18}") ? Long.parseLong(group) : NONE);
  }

  /** Returns the file's text; empty if it does not exist, as on other systems. */
  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
