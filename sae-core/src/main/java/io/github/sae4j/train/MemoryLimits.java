package io.github.sae4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;

/**
 * The memory that there is, in bytes; {@link #NONE} where nothing limits it or the limit is not
 * known.
 *
 * @param heap the largest that Java's heap may become
 * @param nd4j the off-heap memory that {@code -Dorg.bytedeco.javacpp.maxbytes} grants; JavaCPP does
 *     not count the arrays of ND4J 1.0.0-M2.1, so nothing but this check holds a run to it
 * @param machine what is available to this process and others, without swapping
 */
public record MemoryLimits(long heap, long nd4j, long machine) {
  /** No limit. */
  public static final long NONE = Long.MAX_VALUE;

  private static final String MAX_BYTES = "org.bytedeco.javacpp.maxbytes";
  private static final Pattern AVAILABLE =
      Pattern.compile("^MemAvailable:\\s+(\\d+) kB$", Pattern.MULTILINE);

  /** The limits of this process; loads JavaCPP. */
  public static MemoryLimits ofThisProcess() {
    // JavaCPP's default is the size of the heap, which says nothing about what there is
    long nd4j = System.getProperty(MAX_BYTES) == null ? 0 : Pointer.maxBytes();
    return new MemoryLimits(
        Runtime.getRuntime().maxMemory(), nd4j > 0 ? nd4j : NONE, ofMachine().machine());
  }

  /** The limits of a process that may take what the machine has; loads nothing. */
  public static MemoryLimits ofMachine() {
    long available = available(Path.of("/proc/meminfo"), Path.of("/sys/fs/cgroup/memory.max"));
    return new MemoryLimits(NONE, NONE, available);
  }

  /** What the kernel says is available, or the control group's limit if that is less. */
  static long available(Path memInfo, Path groupLimit) {
    Matcher machine = AVAILABLE.matcher(text(memInfo));
    String group = text(groupLimit).strip();
    return Math.min(
        machine.find() ? Long.parseLong(machine.group(1)) << 10 : NONE,
        group.matches("\\d{1,18}") ? Long.parseLong(group) : NONE);
  }

  /** Empty where there is no such file, as on other systems. */
  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
