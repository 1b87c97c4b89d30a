package io.github.sae4j.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Standard output in UTF-8. Unlike a PrintStream, it keeps the reason for a failed write. */
final class ResultStream extends PrintStream {
  private final Remembering target;

  private ResultStream(Remembering target) {
    super(target, true, StandardCharsets.UTF_8);
    this.target = target;
  }

  static ResultStream ofProcess() {
    return new ResultStream(new Remembering(new FileOutputStream(FileDescriptor.out)));
  }

  /** Returns whether the reader has closed the pipe, as {@code head} does when it has enough. */
  boolean isClosedPipe() {
    return target.failure != null
        && String.valueOf(target.failure.getMessage()).contains("Broken pipe");
  }

  /** Returns the system's message for the failed write. */
  String reason() {
    return target.failure == null ? "it is closed" : target.failure.getMessage();
  }

  private static final class Remembering extends OutputStream {
    private final OutputStream out;
    private IOException failure;

    Remembering(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        failure = failure == null ? e : failure;
        throw e;
      }
    }
  }
}
