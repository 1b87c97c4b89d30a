package io.github.sae4j.apply.compress;

import io.github.sae4j.Encoder;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.FiniteRows;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Compresses rows with an SAE, block by block. It first encodes up to 4,096 of the rows, evenly
 * spread, to learn how often each latent is active.
 */
public final class Compressor {
  private static final int CALIBRATION_ROWS = 1 << 12;
  private static final int CALIBRATION_RUN = 256;

  private final SparseAutoencoder sae;
  private final CompressionSettings settings;
  private final Encoder encoder;
  private final Decoder decoder;

  /**
   * @throws IllegalArgumentException if the SAE is a transcoder, or too large for the format
   */
  public Compressor(SparseAutoencoder sae, CompressionSettings settings) {
    this.sae = Objects.requireNonNull(sae, "sae");
    this.settings = Objects.requireNonNull(settings, "settings");
    this.decoder = Decoder.of(sae);
    this.encoder = settings.pursuit().map(sae::pursuit).orElse(sae);
  }

  /**
   * Compresses rows to a file, which appears when it is complete.
   *
   * @param progress receives the number of rows done
   * @throws IllegalArgumentException if the rows have another width than the SAE, or there are none
   * @throws IOException if a row has a value that is not finite, or a file cannot be read or
   *     written
   */
  public CompressionReport write(ActivationSource rows, Path file, LongConsumer progress)
      throws IOException {
    requireFit(rows);
    CompressionReport[] report = new CompressionReport[1];
    AtomicFiles.write(file, out -> report[0] = write(rows, out, progress));
    return report[0];
  }

  /** Compresses rows to a stream, which is not closed; see {@link #write}. */
  public CompressionReport write(ActivationSource rows, OutputStream out, LongConsumer progress)
      throws IOException {
    requireFit(rows);
    LatentTable table = calibrate(rows);
    SaezWriter writer =
        new SaezWriter(out, settings.header(sae, decoder), table, decoder, settings.level());
    int perBlock = Math.min(settings.blockRows(), Limits.rowsPerBlock(sae.nIn()));
    Distortion distortion = new Distortion(sae.nIn());
    long active = 0;
    for (long first = 0; first < rows.rows(); first += perBlock) {
      float[] x = read(rows, first, (int) Math.min(perBlock, rows.rows() - first));
      SparseCodes codes = encode(x);
      float[] decoded = x.clone();
      writer.write(codes, decoded);
      distortion.add(x, decoded);
      active += codes.activations();
      progress.accept(distortion.rows());
    }
    return new CompressionReport(
        rows.rows(),
        sae.nIn(),
        writer.finish(),
        distortion.fvu(),
        distortion.largest(),
        (double) active / rows.rows());
  }

  private void requireFit(ActivationSource rows) {
    if (rows.width() != sae.nIn()) {
      throw new IllegalArgumentException(
          "the SAE encodes rows of %,d values, but those of %s have %,d"
              .formatted(sae.nIn(), rows.description(), rows.width()));
    }
    if (rows.rows() == 0) {
      throw new IllegalArgumentException(rows.description() + " has no rows to compress");
    }
  }

  private LatentTable calibrate(ActivationSource rows) throws IOException {
    long[] active = new long[sae.nLatents()];
    float[] largest = new float[sae.nLatents()];
    long runs = (rows.rows() + CALIBRATION_RUN - 1) / CALIBRATION_RUN;
    long wanted = Math.min(runs, CALIBRATION_ROWS / CALIBRATION_RUN);
    long seen = 0;
    for (long run = 0; run < wanted; run++) {
      long first = run * runs / wanted * CALIBRATION_RUN;
      int n = (int) Math.min(CALIBRATION_RUN, rows.rows() - first);
      SparseCodes codes = encode(read(rows, first, n));
      for (int i = 0; i < codes.activations(); i++) {
        int latent = codes.latents()[i];
        active[latent]++;
        largest[latent] = Math.max(largest[latent], Math.abs(codes.floats()[i]));
      }
      seen += n;
    }
    boolean scales = settings.quantisation().scale() == Quantisation.Scale.LATENT;
    return LatentTable.of(active, scales ? largest : null, seen);
  }

  private float[] read(ActivationSource rows, long first, int count) throws IOException {
    float[] x = new float[count * sae.nIn()];
    rows.read(first, count, x, 0);
    FiniteRows.require(rows, first, x, 0, count);
    return x;
  }

  /** Returns the codes of rows in single precision, without entries that are 0. */
  private SparseCodes encode(float[] x) {
    try (INDArray batch = sae.batch(x, x.length / sae.nIn())) {
      Codes codes = encoder.encode(batch);
      try {
        return nonZeros(codes);
      } finally {
        codes.release();
      }
    }
  }

  private static SparseCodes nonZeros(Codes codes) {
    if (codes instanceof SparseCodes sparse && !sparse.isDouble()) {
      return sparse.nonZeros() == sparse.activations()
          ? sparse
          : sparse.filter((i, latent, value) -> value != 0);
    }
    int rows = codes.rows();
    int[] starts = new int[rows + 1];
    int[] latents = new int[64];
    float[] values = new float[64];
    int n = 0;
    INDArray matrix = NdCodes.matrix(codes);
    for (int row = 0; row < rows; row++) {
      float[] dense = matrix.getRow(row).toFloatVector();
      for (int j = 0; j < dense.length; j++) {
        if (dense[j] != 0) {
          if (n == latents.length) {
            latents = Arrays.copyOf(latents, 2 * n);
            values = Arrays.copyOf(values, 2 * n);
          }
          latents[n] = j;
          values[n++] = dense[j];
        }
      }
      starts[row + 1] = n;
    }
    return SparseCodes.ofFloats(codes.nLatents(), starts, latents, values);
  }
}
