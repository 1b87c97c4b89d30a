package io.github.sae4j.cuda.driver;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/** The log of the driver's compiler while it loads a module. */
final class JitLog implements AutoCloseable {
  private static final int ERROR_LOG_BUFFER = 5;
  private static final int ERROR_LOG_BUFFER_SIZE_BYTES = 6;
  private static final int SIZE = 8192;

  /** Number of {@link #OPTIONS}. */
  static final int COUNT = 2;

  /** Keys of {@code cuModuleLoadDataEx}. */
  static final int[] OPTIONS = {ERROR_LOG_BUFFER, ERROR_LOG_BUFFER_SIZE_BYTES};

  private final Memory buffer = new Memory(SIZE);

  JitLog() {
    buffer.clear();
  }

  /** Returns the values for {@link #OPTIONS}; the driver writes the log's length to the second. */
  long[] values() {
    return new long[] {Pointer.nativeValue(buffer), SIZE};
  }

  /** Returns the first line of the log in parentheses, with a space before; empty if none. */
  String firstLine() {
    buffer.setByte(SIZE - 1L, (byte) 0);
    return buffer
        .getString(0)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .findFirst()
        .map(line -> " (" + line + ")")
        .orElse("");
  }

  @Override
  public void close() {
    buffer.close();
  }
}
