package io.github.sae4j.eval;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.eval.Measurement.ActiveLatents;
import io.github.sae4j.pursuit.Pursuit;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.SourcePart;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures a dictionary on rows, which should be held out from its training. A transcoder is
 * measured on rows of input and target ({@link io.github.sae4j.store.JoinedSource}) by how well it
 * predicts the target; a crosscoder on the joined rows of its sources, as a whole and source by
 * source.
 */
public final class Evaluator {
  private Evaluator() {}

  /**
   * Encodes and reconstructs the rows of a source.
   *
   * @throws IllegalArgumentException if the source is empty or its width differs from the
   *     dictionary's
   */
  public static EvalReport evaluate(
      SparseAutoencoder sae, ActivationSource source, EvalOptions options, Progress progress)
      throws IOException {
    return evaluate(sae, source, options, progress, ActiveLatents.NONE);
  }

  /** Evaluates, and passes the active latents of each batch to a listener. */
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
   * Evaluates several dictionaries in one pass over the rows.
   *
   * @return one report per dictionary, equal to the one from {@link #evaluate}
   * @throws IllegalArgumentException if the source is empty or its width differs from a
   *     dictionary's
   */
  public static List<EvalReport> evaluateAll(
      List<SparseAutoencoder> saes, ActivationSource source, EvalOptions options, Progress progress)
      throws IOException {
    return evaluateAll(saes, source, options, progress, ActiveLatents.NONE);
  }

  /**
   * Evaluates a dictionary with its own encoder and with a pursuit on its decoder, over the same
   * rows.
   *
   * @throws IllegalArgumentException if the source is empty, its width differs from the
   *     dictionary's, or the dictionary is a transcoder
   */
  public static EncoderComparison compare(
      SparseAutoencoder sae,
      Pursuit pursuit,
      ActivationSource source,
      EvalOptions options,
      Progress progress)
      throws IOException {
    requireFits(sae, source);
    List<EvalReport> reports =
        measure(
            List.of(
                new Measurement(sae, sae, source.parts(), ActiveLatents.NONE),
                new Measurement(sae, sae.pursuit(pursuit), source.parts(), ActiveLatents.NONE)),
            source,
            options,
            progress);
    return new EncoderComparison(pursuit, reports.get(0), reports.get(1));
  }

  private static List<EvalReport> evaluateAll(
      List<SparseAutoencoder> saes,
      ActivationSource source,
      EvalOptions options,
      Progress progress,
      ActiveLatents listener)
      throws IOException {
    saes.forEach(sae -> requireFits(sae, source));
    return measure(
        saes.stream().map(sae -> new Measurement(sae, sae, source.parts(), listener)).toList(),
        source,
        options,
        progress);
  }

  private static List<EvalReport> measure(
      List<Measurement> measurements,
      ActivationSource source,
      EvalOptions options,
      Progress progress)
      throws IOException {
    if (source.rows() == 0) {
      throw new IllegalArgumentException(source.description() + " has no rows to evaluate");
    }
    long total = Math.min(source.rows(), options.maxRows());
    int batchRows = (int) Math.min(options.batchRows(), total);
    float[] x = new float[Math.multiplyExact(batchRows, source.width())];
    for (long done = 0; done < total; ) {
      int rows = (int) Math.min(batchRows, total - done);
      source.read(done, rows, x, 0);
      long firstRow = done;
      measurements.forEach(measurement -> measurement.add(x, rows, firstRow));
      done += rows;
      progress.rows(done, total);
    }
    measurements.forEach(measurement -> measurement.requireVaryingRows(source.description()));
    Map<SparseAutoencoder, DecoderSimilarity> decoders = new HashMap<>();
    return measurements.stream()
        .map(
            measurement ->
                measurement.report(
                    source.description(),
                    decoders.computeIfAbsent(measurement.sae(), DecoderSimilarity::of)))
        .toList();
  }

  /** Rejects rows of the wrong width and, for a transcoder, rows that are not input and target. */
  static void requireFits(SparseAutoencoder sae, ActivationSource source) {
    if (sae.parameters().subtractsDecoderBias()) {
      requireSameWidth(sae, source);
      return;
    }
    List<Integer> widths = source.parts().stream().map(SourcePart::width).toList();
    if (!widths.equals(List.of(sae.nIn(), sae.nOut()))) {
      throw new IllegalArgumentException(
          "the SAE is a transcoder: expected rows of an input of width %d and a target of width %d, but %s has parts of widths %s"
              .formatted(sae.nIn(), sae.nOut(), source.description(), widths));
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
