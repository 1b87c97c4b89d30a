package io.github.sae4j.apply.anomaly;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.format.IoConsumer;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * An {@link AnomalyScorer} with the scores of calibration rows, so that alarms have a guaranteed
 * rate of false ones. Thread-safe.
 */
public final class AnomalyDetector {
  /** The maximum number of calibration rows used; if there are more, they are evenly spread. */
  public static final int MOST_CALIBRATION_ROWS = 1 << 17;

  private final AnomalyScorer scorer;
  private final ScoreKind kind;
  private final ConformalCalibration calibration;

  AnomalyDetector(AnomalyScorer scorer, ScoreKind kind, ConformalCalibration calibration) {
    this.scorer = Objects.requireNonNull(scorer, "scorer");
    this.kind = Objects.requireNonNull(kind, "kind");
    this.calibration = calibration;
  }

  /**
   * Calibrates a score.
   *
   * @param rows normal rows, none of which the SAE or the scorer has seen
   * @param progress receives the number of rows done
   * @throws IllegalArgumentException if the rows have another width than the SAE, or there are none
   * @throws IOException if a row has a value that is not finite, or a file cannot be read
   */
  public static AnomalyDetector calibrate(
      AnomalyScorer scorer, ScoreKind kind, ActivationSource rows, LongConsumer progress)
      throws IOException {
    AnomalyScorer.requireFit(scorer.sae(), rows);
    long n = rows.rows();
    double[] scores = new double[(int) Math.min(n, MOST_CALIBRATION_ROWS)];
    int next = 0;
    for (long first = 0; first < n; first += AnomalyScorer.BATCH) {
      EncodedRows batch = scorer.read(rows, first, (int) Math.min(AnomalyScorer.BATCH, n - first));
      for (int row = 0; row < batch.rows() && next < scores.length; row++) {
        if (first + row == next * n / scores.length) {
          scores[next++] = scorer.score(batch, row).of(kind);
        }
      }
      progress.accept(first + batch.rows());
    }
    return new AnomalyDetector(scorer, kind, new ConformalCalibration(scores));
  }

  public AnomalyScorer scorer() {
    return scorer;
  }

  /** Returns the score that decides. */
  public ScoreKind kind() {
    return kind;
  }

  public ConformalCalibration calibration() {
    return calibration;
  }

  /**
   * Judges rows in order.
   *
   * @param falseAlarms wanted rate of false alarms, greater than 0 and less than 1
   * @param most the maximum number of dimensions and of latents in an explanation
   * @param to receives each row's judgement
   * @throws IllegalArgumentException if the rows have another width than the SAE, there are none,
   *     or there are too few calibration rows for that rate
   * @throws IOException if a row has a value that is not finite, or a file cannot be read
   */
  public void judge(ActivationSource rows, double falseAlarms, int most, IoConsumer<Judgement> to)
      throws IOException {
    double threshold = calibration.threshold(falseAlarms);
    AnomalyScorer.requireFit(scorer.sae(), rows);
    for (long first = 0; first < rows.rows(); first += AnomalyScorer.BATCH) {
      int count = (int) Math.min(AnomalyScorer.BATCH, rows.rows() - first);
      EncodedRows batch = scorer.read(rows, first, count);
      for (int row = 0; row < count; row++) {
        RowScores scores = scorer.score(batch, row);
        double score = scores.of(kind);
        Optional<Explanation> why =
            score > threshold ? Optional.of(scorer.explain(batch, row, most)) : Optional.empty();
        to.accept(new Judgement(first + row, scores, calibration.pValue(score), why));
      }
    }
  }

  /** Writes a detector to a file, as JSON; it holds the SAE's checksum, not the SAE. */
  public void write(Path file) throws IOException {
    DetectorFile.of(this).write(file);
  }

  /**
   * Reads a detector.
   *
   * @param sae the SAE that it was made with
   * @throws IllegalArgumentException if it was made with another
   * @throws io.github.sae4j.format.MalformedFileException if the file is not a detector; the
   *     message says why
   */
  public static AnomalyDetector read(Path file, SparseAutoencoder sae) throws IOException {
    return DetectorFile.read(file).detector(file, sae);
  }

  /** Returns whether a file begins as a detector does. */
  public static boolean isAt(Path file) throws IOException {
    return DetectorFile.isAt(file);
  }
}
