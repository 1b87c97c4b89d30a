package io.github.sae4j.engine;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to compute, as a user asks for it: {@code auto}, {@code cpu}, {@code cuda} or {@code
 * cuda:N}. Whether such a device is there is known only on the machine that runs.
 *
 * @param kind kind of device
 * @param ordinal number of the GPU, from 0; empty unless a GPU was named
 */
public record Device(Kind kind, OptionalInt ordinal) {
  /** A GPU if one can be used, otherwise the CPU. */
  public static final Device AUTO = new Device(Kind.AUTO, OptionalInt.empty());

  /** The CPU. */
  public static final Device CPU = new Device(Kind.CPU, OptionalInt.empty());

  /** The first GPU that can be used; an error if there is none. */
  public static final Device CUDA = new Device(Kind.CUDA, OptionalInt.empty());

  private static final Pattern NUMBERED = Pattern.compile("cuda:(\\d{1,9})");

  /** Kinds of devices. */
  public enum Kind {
    /** A GPU if one can be used, otherwise the CPU. */
    AUTO,
    /** The CPU. */
    CPU,
    /** An NVIDIA GPU. */
    CUDA
  }

  public Device {
    if (ordinal.isPresent() && (kind != Kind.CUDA || ordinal.getAsInt() < 0)) {
      throw new IllegalArgumentException(
          "only a GPU has a number, from 0; got " + kind + " and " + ordinal.getAsInt());
    }
  }

  /** Returns the GPU of a number. */
  public static Device cuda(int ordinal) {
    return new Device(Kind.CUDA, OptionalInt.of(ordinal));
  }

  /**
   * Parses a device, in upper or lower case.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static Device parse(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    for (Device device : new Device[] {AUTO, CPU, CUDA}) {
      if (device.toString().equals(name)) {
        return device;
      }
    }
    Matcher numbered = NUMBERED.matcher(name);
    if (numbered.matches()) {
      return cuda(Integer.parseInt(numbered.group(1)));
    }
    throw new IllegalArgumentException(
        "a device must be auto, cpu, cuda or cuda:N with the number of a GPU, got '" + text + "'");
  }

  /** Returns the text that {@link #parse} reads. */
  @Override
  public String toString() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return ordinal.isPresent() ? name + ":" + ordinal.getAsInt() : name;
  }
}
