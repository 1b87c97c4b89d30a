package io.github.sae4j.checkpoint;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.variant.Architecture;
import io.github.sae4j.variant.SaeParameters;
import java.io.IOException;
import java.nio.file.Path;

/** How one library stores dictionaries. */
interface SaeLayout {

  /** Whether this is what is at a path, by the names of files alone. */
  boolean isAt(Path path);

  /** Reads a dictionary; codes and reconstructions are those of the library. */
  StoredSae read(Path path) throws IOException;

  /**
   * Writes a dictionary.
   *
   * @param path an empty directory; of layouts that are one file, the file
   * @throws IllegalArgumentException if the library has no such dictionary; says what it lacks
   */
  void write(Path path, StoredSae stored) throws IOException;

  /** Whether the layout is one file instead of a directory. */
  default boolean isFile() {
    return false;
  }

  /** Refuses a dictionary that normalises rows. */
  static void requirePlainRows(String format, SparseAutoencoder sae) {
    if (sae.rowNorm() != RowNorm.NONE) {
      throw new IllegalArgumentException(
          format + " cannot say that rows are normalised one by one (layer_norm)");
    }
  }

  /** Refuses a transcoder. */
  static void requireAutoencoder(String format, SparseAutoencoder sae) {
    if (sae.parameters().form().isTranscoder()) {
      throw new IllegalArgumentException(format + " has no transcoders");
    }
  }

  /** Refuses a transcoder to another width. */
  static void requireOneWidth(String format, SaeParameters p) {
    if (p.nIn() != p.nOut()) {
      throw new IllegalArgumentException(
          "%s has one width for input and output, not %d and %d"
              .formatted(format, p.nIn(), p.nOut()));
    }
  }

  static IllegalArgumentException unknown(String format, Architecture architecture) {
    return new IllegalArgumentException(
        "%s has nothing that encodes as %s does".formatted(format, architecture.label()));
  }
}
