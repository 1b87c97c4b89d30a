package io.github.sae4j.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;

/**
 * The error stream in UTF-8. To hide a warning that Java prints at start-up, the launcher redirects
 * Java's own error stream and passes the real one as another file descriptor.
 */
final class ErrorStream {
  /** File descriptor of the real error stream, if not the usual one. */
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
      return FileDescriptor.err; // also reaches the error stream, indirectly
    }
  }
}
