package io.github.sae4j.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;

/**
 * The error stream, as UTF-8. The launcher keeps Java's own out of the way of a warning that Java
 * prints before a program begins, and passes the real one under another number.
 */
final class ErrorStream {
  /** Number of the real error stream, where it is not the usual one. */
  private static final String PROPERTY = "sae4j.err";

  private ErrorStream() {}

  static PrintStream ofProcess() {
    PrintStream err =
        new PrintStream(new FileOutputStream(descriptor()), true, StandardCharsets.UTF_8);
    System.setErr(err);
    return err;
  }

  private static FileDescriptor descriptor() {
    Integer number = Integer.getInteger(PROPERTY);
    if (number == null) {
      return FileDescriptor.err;
    }
    try {
      Constructor<FileDescriptor> byNumber = FileDescriptor.class.getDeclaredConstructor(int.class);
      byNumber.setAccessible(true);
      return byNumber.newInstance(number);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return FileDescriptor.err; // arrives too, by a detour
    }
  }
}
