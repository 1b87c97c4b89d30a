package io.github.sae4j.format;

import java.io.IOException;

/** Thrown if another process, or another part of this one, is writing to the directory. */
public final class DirectoryInUseException extends IOException {
  private static final long serialVersionUID = 1;

  DirectoryInUseException(String message) {
    super(message);
  }
}
