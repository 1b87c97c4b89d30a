package io.github.sae4j.eval;

import io.github.sae4j.Encoder;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.store.SourcePart;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The running measurements of one dictionary with one encoder. */
final class Measurement {
  private final SparseAutoencoder sae;
  private final Encoder encoder;
  private final ActiveLatents listener;
  private final ReconstructionMetrics metrics;
  private final PartMetrics sources; // null unless the rows belong to a crosscoder
  private final LatentDensities.Counter firings;

  /** Receives the active latents of each batch. */
  interface ActiveLatents {
    ActiveLatents NONE = (firstRow, active) -> {};

    void batch(long firstRow, SparseCodes active);
  }

  /**
   * @param parts the parts of a row
   */
  Measurement(
      SparseAutoencoder sae, Encoder encoder, List<SourcePart> parts, ActiveLatents listener) {
    this.sae = sae;
    this.encoder = encoder;
    this.listener = listener;
    this.metrics = new ReconstructionMetrics(sae.nOut());
    this.sources = !readsApart() && parts.size() > 1 ? new PartMetrics(parts) : null;
    this.firings = new LatentDensities.Counter(sae.nLatents());
  }

  /** Returns whether input and target are different parts of a row. */
  private boolean readsApart() {
    return !sae.parameters().subtractsDecoderBias();
  }

  SparseAutoencoder sae() {
    return sae;
  }

  /**
   * Adds a batch.
   *
   * @param joined {@code [rows, width]}: inputs, or inputs and targets side by side
   */
  void add(float[] joined, int rows, long firstRow) {
    int nIn = sae.nIn();
    float[] x = readsApart() ? columns(joined, rows, 0, nIn) : exactly(joined, rows * nIn);
    float[] y = readsApart() ? columns(joined, rows, nIn, sae.nOut()) : joined;
    try (INDArray batch = sae.batch(x, rows)) {
      Codes codes = encoder.encode(batch);
      SparseCodes active = ActiveCodes.of(codes, sae.variant());
      try (INDArray decoded = sae.decode(codes, batch)) {
        float[] reconstruction = FloatRows.toFloats(decoded);
        metrics.add(y, reconstruction, rows, active);
        if (sources != null) {
          sources.add(y, reconstruction, rows);
        }
      }
      firings.add(active);
      listener.batch(firstRow, active);
    }
  }

  private static float[] exactly(float[] values, int count) {
    return values.length == count ? values : Arrays.copyOf(values, count);
  }

  private float[] columns(float[] joined, int rows, int from, int count) {
    int width = sae.nIn() + sae.nOut();
    float[] some = new float[Math.multiplyExact(rows, count)];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(joined, row * width + from, some, row * count, count);
    }
    return some;
  }

  /** Rejects rows that do not vary, for which FVU is undefined. */
  void requireVaryingRows(String source) {
    if (!metrics.rowsVary()) {
      throw new IllegalArgumentException(
          source + " has only identical rows, but FVU needs rows that vary");
    }
  }

  EvalReport report(String source, DecoderSimilarity decoder) {
    return new EvalReport(
        source,
        sae.variant().name(),
        sae.nIn(),
        metrics.result(),
        firings.result(),
        decoder,
        Optional.ofNullable(sources)
            .map(measured -> SourceComparison.of(measured.result(), sae.parameters().wDec())));
  }
}
