package io.github.sae4j.eval;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Measures a dictionary on rows, which should be held out from its training. */
public final class Evaluator {
  private Evaluator() {}

  /**
   * Encodes and reconstructs the rows of a source.
   *
   * @throws IllegalArgumentException if the source is empty or of another width than the dictionary
   */
  public static EvalReport evaluate(
      SparseAutoencoder sae, ActivationSource source, EvalOptions options, Progress progress)
      throws IOException {
    return evaluate(sae, source, options, progress, (firstRow, active) -> {});
  }

  /** The same, and shows the active latents of each batch to somebody. */
  static EvalReport evaluate(
      SparseAutoencoder sae,
      ActivationSource source,
      EvalOptions options,
      Progress progress,
      ActiveLatents listener)
      throws IOException {
    requireSameWidth(sae, source);
    if (source.rows() == 0) {
      throw new IllegalArgumentException(source.description() + " has no rows to evaluate");
    }
    long total = Math.min(source.rows(), options.maxRows());
    int batchRows = (int) Math.min(options.batchRows(), total);
    float[] x = new float[Math.multiplyExact(batchRows, sae.nIn())];
    ReconstructionMetrics metrics = new ReconstructionMetrics(sae.nIn());
    LatentDensities.Counter firings = new LatentDensities.Counter(sae.nLatents());
    for (long done = 0; done < total; ) {
      int rows = (int) Math.min(batchRows, total - done);
      source.read(done, rows, x, 0);
      SparseCodes active = measure(sae, x, rows, metrics);
      firings.add(active);
      listener.batch(done, active);
      done += rows;
      progress.rows(done, total);
    }
    return new EvalReport(
        source.description(),
        sae.variant().name(),
        sae.nIn(),
        metrics.result(),
        firings.result(),
        DecoderSimilarity.of(sae));
  }

  /** Sees the latents that are active in a batch. */
  interface ActiveLatents {
    void batch(long firstRow, SparseCodes active);
  }

  private static SparseCodes measure(
      SparseAutoencoder sae, float[] x, int rows, ReconstructionMetrics metrics) {
    try (INDArray batch = sae.batch(x, rows)) {
      Codes codes = sae.encode(batch);
      SparseCodes active = ActiveCodes.of(codes);
      try (INDArray reconstruction = sae.decode(codes)) {
        metrics.add(x, FloatRows.toFloats(reconstruction), rows, active);
      }
      return active;
    }
  }

  static void requireSameWidth(SparseAutoencoder sae, ActivationSource source) {
    if (source.width() != sae.nIn()) {
      throw new IllegalArgumentException(
          "%s has rows of width %d, but the SAE reads rows of width %d"
              .formatted(source.description(), source.width(), sae.nIn()));
    }
  }
}
