package io.github.sae4j.format;

import java.io.IOException;

/** Another process, or another part of this one, writes into the directory. */
public final class DirectoryInUseException extends IOException {
  private static final long serialVersionUID = 1;

  DirectoryInUseException(String message) {
    super(message);
  }
}
