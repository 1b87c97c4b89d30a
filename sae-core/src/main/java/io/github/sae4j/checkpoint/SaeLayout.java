package io.github.sae4j.checkpoint;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.Architecture;
import java.io.IOException;
import java.nio.file.Path;

/** Reads and writes the dictionaries of one library. */
interface SaeLayout {

  /** Whether a path has this layout, judged only by file names. */
  boolean isAt(Path path);

  /** Reads a dictionary, which gives the same codes and reconstructions as in the library. */
  StoredSae read(Path path) throws IOException;

  /**
   * Writes a dictionary.
   *
   * @param path an empty directory, or the file itself for layouts of a single file
   * @throws IllegalArgumentException if the library has no such dictionary; the message says what
   *     it lacks
   */
  void write(Path path, StoredSae stored) throws IOException;

  /** Whether the layout is one file instead of a directory. */
  default boolean isFile() {
    return false;
  }

  /** Rejects a dictionary that normalises rows. */
  static void requirePlainRows(String format, SparseAutoencoder sae) {
    if (sae.rowNorm() != RowNorm.NONE) {
      throw new IllegalArgumentException(
          format + " cannot express that rows are normalised individually (layer_norm)");
    }
  }

  /** Rejects a transcoder. */
  static void requireAutoencoder(String format, SparseAutoencoder sae) {
    if (sae.parameters().form().isTranscoder()) {
      throw new IllegalArgumentException(format + " has no transcoders");
    }
  }

  /** Rejects a transcoder whose output width differs from its input width. */
  static void requireOneWidth(String format, SaeParameters p) {
    if (p.nIn() != p.nOut()) {
      throw new IllegalArgumentException(
          "%s needs equal input and output widths, got %d and %d"
              .formatted(format, p.nIn(), p.nOut()));
    }
  }

  static IllegalArgumentException unknown(String format, Architecture architecture) {
    return new IllegalArgumentException(
        "%s has no equivalent of %s".formatted(format, architecture.label()));
  }
}
