package io.github.sae4j.format;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The temporary file that an archive is unpacked to. Errors name the temporary directory if that is
 * at fault, not the archive.
 */
final class TemporaryFiles {

  private TemporaryFiles() {}

  /**
   * Creates an empty file.
   *
   * @param archive what is to be unpacked, for messages
   * @param needed number of bytes needed
   * @throws Unusable if the directory is missing or not writable
   */
  static Path create(Path archive, long needed) throws IOException {
    try {
      return Files.createTempFile("sae4j", ".unpacked");
    } catch (IOException e) {
      String what = Files.isDirectory(directory()) ? "cannot be written to" : "does not exist";
      throw new Unusable(what, archive, needed, e);
    }
  }

  /** Returns a stream to the file whose failures name the directory. */
  static OutputStream write(Path file, Path archive, long needed) throws IOException {
    return new FilterOutputStream(Files.newOutputStream(file)) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
          out.write(bytes, offset, length);
        } catch (IOException e) {
          boolean isFull = Files.getFileStore(directory()).getUsableSpace() < length;
          throw new Unusable(isFull ? "is full" : "cannot be written to", archive, needed, e);
        }
      }
    };
  }

  private static Path directory() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** Thrown if the temporary directory cannot be used. */
  static final class Unusable extends IOException {
    private static final long serialVersionUID = 1;

    Unusable(String what, Path archive, long needed, IOException cause) {
      super(
          "the temporary directory %s %s: to unpack %s, %,d bytes are needed there"
              .formatted(directory(), what, archive, needed),
          cause);
    }
  }
}
