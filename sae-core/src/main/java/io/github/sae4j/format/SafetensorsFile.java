package io.github.sae4j.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;

/** A safetensors file. */
public final class SafetensorsFile implements TensorFile {
  private final TensorReader reader;
  private final SafetensorsHeader header;

  private SafetensorsFile(FileBytes bytes, SafetensorsHeader header) {
    this.reader = new TensorReader(bytes);
    this.header = header;
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws MalformedFileException if the file breaks the format
   */
  public static SafetensorsFile open(Path path) throws IOException {
    return of(FileBytes.open(path));
  }

  static SafetensorsFile of(FileBytes bytes) throws IOException {
    try {
      return new SafetensorsFile(bytes, SafetensorsHeader.read(bytes));
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return reader.bytes().file();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(header.tensors());
  }

  @Override
  public Map<String, String> unread() {
    return Collections.unmodifiableMap(header.unread());
  }

  /** Returns the free-form strings of the header's {@code __metadata__}; empty if it has none. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  @Override
  public TensorReader reader() {
    return reader;
  }

  @Override
  public void close() {
    reader.bytes().close();
  }
}
