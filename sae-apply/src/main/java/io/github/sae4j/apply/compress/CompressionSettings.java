package io.github.sae4j.apply.compress;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.pursuit.Pursuit;
import java.util.Objects;
import java.util.Optional;

/**
 * How rows are compressed.
 *
 * @param quantisation how activations are rounded
 * @param errorBound the largest error of a value, if it is to be bounded
 * @param pursuit a search that finds the codes, if not the SAE's own encoder
 * @param blockRows rows per block, fewer if rows are wide or have many active latents
 * @param level Zstandard's level, 1 to 19
 * @param model the model that the rows come from, empty if unknown
 * @param tensor the tensor in that model, empty if unknown
 */
public record CompressionSettings(
    Quantisation quantisation,
    Optional<ErrorBound> errorBound,
    Optional<Pursuit> pursuit,
    int blockRows,
    int level,
    String model,
    String tensor) {
  /** Default number of rows per block. */
  public static final int BLOCK_ROWS = 1024;

  /** Zstandard's level, unless given. */
  public static final int LEVEL = 19;

  /** The settings of {@code sae compress} without options. */
  public static final CompressionSettings DEFAULT =
      new CompressionSettings(
          Quantisation.DEFAULT, Optional.empty(), Optional.empty(), BLOCK_ROWS, LEVEL, "", "");

  private static final int MOST_LEVEL = 19;

  /**
   * @throws IllegalArgumentException if a number is out of its range
   */
  public CompressionSettings {
    Objects.requireNonNull(quantisation, "quantisation");
    Objects.requireNonNull(errorBound, "errorBound");
    Objects.requireNonNull(pursuit, "pursuit");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(tensor, "tensor");
    if (blockRows < 1 || blockRows > Limits.BLOCK_ROWS) {
      throw new IllegalArgumentException(
          "rows per block must be 1 to %,d, got %,d".formatted(Limits.BLOCK_ROWS, blockRows));
    }
    if (level < 1 || level > MOST_LEVEL) {
      throw new IllegalArgumentException("level must be 1 to 19, got " + level);
    }
  }

  /** Returns these settings with another rounding of activations. */
  public CompressionSettings with(Quantisation other) {
    return new CompressionSettings(other, errorBound, pursuit, blockRows, level, model, tensor);
  }

  /** Returns these settings with an error bound. */
  public CompressionSettings with(ErrorBound bound) {
    return new CompressionSettings(
        quantisation, Optional.of(bound), pursuit, blockRows, level, model, tensor);
  }

  /** Returns these settings with a search for the codes. */
  public CompressionSettings with(Pursuit search) {
    return new CompressionSettings(
        quantisation, errorBound, Optional.of(search), blockRows, level, model, tensor);
  }

  /** Returns these settings with another number of rows per block. */
  public CompressionSettings withBlockRows(int rows) {
    return new CompressionSettings(quantisation, errorBound, pursuit, rows, level, model, tensor);
  }

  SaezHeader header(SparseAutoencoder sae, Decoder decoder) {
    return new SaezHeader(
        sae.nIn(),
        sae.nLatents(),
        quantisation,
        errorBound,
        sae.rowNorm(),
        decoder.checksum(),
        sae.variant().label(),
        pursuit.map(Pursuit::toString).orElse("own"),
        model,
        tensor);
  }
}
