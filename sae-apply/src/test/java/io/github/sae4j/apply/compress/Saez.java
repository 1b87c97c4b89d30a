package io.github.sae4j.apply.compress;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SaeCases;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.TopK;
import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.linalg.api.buffer.DataType;

/** Small files for tests. */
final class Saez {
  static final int N_IN = 12;
  static final int N_LATENTS = 200;
  static final int ROWS = 70;

  /** Small blocks. */
  static final CompressionSettings SETTINGS = CompressionSettings.DEFAULT.withBlockRows(16);

  private Saez() {}

  static SparseAutoencoder sae() {
    return SaeCases.topK(N_IN, N_LATENTS, 5);
  }

  static SparseAutoencoder normalising() {
    return SaeCases.random(
        N_IN, N_LATENTS, new TopK(5, 0, 0), Form.AUTOENCODER, DataType.FLOAT, RowNorm.LAYER_NORM);
  }

  static MemorySource rows() {
    return MemorySource.of(SaeCases.rows(ROWS, N_IN, 7));
  }

  /** Writes a file and returns what became of the rows. */
  static CompressionReport write(
      SparseAutoencoder sae, CompressionSettings settings, MemorySource rows, Path file)
      throws IOException {
    return new Compressor(sae, settings).write(rows, file, done -> {});
  }
}
