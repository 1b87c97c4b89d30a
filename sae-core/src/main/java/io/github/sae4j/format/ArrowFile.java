package io.github.sae4j.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Columns of float rows in an Arrow stream or file, as written by Hugging Face's datasets: lists of
 * any depth and kind (an Array2D is a list of lists) with equal lengths at each level. The
 * innermost lists are rows. Each record batch has a piece of every column. Thread-safe.
 */
public final class ArrowFile implements Closeable {

  private final FileBytes bytes;
  private final TensorReader reader;
  private final Map<String, List<TensorInfo>> columns;
  private final Map<String, MalformedFileException> refused;

  private ArrowFile(FileBytes bytes, ArrowMessages messages) {
    this.bytes = bytes;
    this.reader = new TensorReader(bytes);
    this.columns = Collections.unmodifiableMap(messages.pieces());
    this.refused = Collections.unmodifiableMap(messages.refused());
  }

  /**
   * Opens a file and reads the metadata and the list lengths of all record batches.
   *
   * @throws MalformedFileException if the file breaks the format or is compressed
   */
  public static ArrowFile open(Path path) throws IOException {
    FileBytes bytes = FileBytes.open(path);
    try {
      return new ArrowFile(bytes, new ArrowMessages(bytes).read());
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  public Path path() {
    return bytes.file();
  }

  /** Returns the columns of float rows: their pieces, each {@code [rows, width]}, in order. */
  public Map<String, List<TensorInfo>> columns() {
    return columns;
  }

  /**
   * Returns the columns of float lists that cannot be read as rows, with the reason: missing values
   * or lists of different lengths.
   */
  public Map<String, MalformedFileException> refused() {
    return refused;
  }

  /** Reads {@code count} elements of a piece as float32. */
  public void readFloats(TensorInfo piece, long firstElement, int count, float[] dst, int dstOffset)
      throws IOException {
    reader.readFloats(piece, firstElement, count, dst, dstOffset);
  }

  /** Closes the file. Reads after this throw {@link IOException}. */
  @Override
  public void close() {
    bytes.close();
  }
}
