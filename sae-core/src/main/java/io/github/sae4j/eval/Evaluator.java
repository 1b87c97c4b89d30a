package io.github.sae4j.eval;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.util.List;
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
    return evaluateAll(List.of(sae), source, options, progress, listener).get(0);
  }

  /**
   * Evaluates several dictionaries, for which the rows are read once.
   *
   * @return a report for each, the same as {@link #evaluate}'s
   * @throws IllegalArgumentException if the source is empty or of another width than a dictionary
   */
  public static List<EvalReport> evaluateAll(
      List<SparseAutoencoder> saes, ActivationSource source, EvalOptions options, Progress progress)
      throws IOException {
    return evaluateAll(saes, source, options, progress, (firstRow, active) -> {});
  }

  private static List<EvalReport> evaluateAll(
      List<SparseAutoencoder> saes,
      ActivationSource source,
      EvalOptions options,
      Progress progress,
      ActiveLatents listener)
      throws IOException {
    saes.forEach(sae -> requireSameWidth(sae, source));
    if (source.rows() == 0) {
      throw new IllegalArgumentException(source.description() + " has no rows to evaluate");
    }
    long total = Math.min(source.rows(), options.maxRows());
    int batchRows = (int) Math.min(options.batchRows(), total);
    float[] x = new float[Math.multiplyExact(batchRows, source.width())];
    List<Measurement> measurements =
        saes.stream().map(sae -> new Measurement(sae, listener)).toList();
    for (long done = 0; done < total; ) {
      int rows = (int) Math.min(batchRows, total - done);
      source.read(done, rows, x, 0);
      long firstRow = done;
      measurements.forEach(measurement -> measurement.add(x, rows, firstRow));
      done += rows;
      progress.rows(done, total);
    }
    return measurements.stream()
        .map(measurement -> measurement.report(source.description()))
        .toList();
  }

  /** Sees the latents that are active in a batch. */
  interface ActiveLatents {
    void batch(long firstRow, SparseCodes active);
  }

  /** What is known of a dictionary so far. */
  private static final class Measurement {
    private final SparseAutoencoder sae;
    private final ActiveLatents listener;
    private final ReconstructionMetrics metrics;
    private final LatentDensities.Counter firings;

    Measurement(SparseAutoencoder sae, ActiveLatents listener) {
      this.sae = sae;
      this.listener = listener;
      this.metrics = new ReconstructionMetrics(sae.nIn());
      this.firings = new LatentDensities.Counter(sae.nLatents());
    }

    void add(float[] x, int rows, long firstRow) {
      try (INDArray batch = sae.batch(x, rows)) {
        Codes codes = sae.encode(batch);
        SparseCodes active = ActiveCodes.of(codes);
        try (INDArray reconstruction = sae.decode(codes, batch)) {
          metrics.add(x, FloatRows.toFloats(reconstruction), rows, active);
        }
        firings.add(active);
        listener.batch(firstRow, active);
      }
    }

    EvalReport report(String source) {
      return new EvalReport(
          source,
          sae.variant().name(),
          sae.nIn(),
          metrics.result(),
          firings.result(),
          DecoderSimilarity.of(sae));
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
