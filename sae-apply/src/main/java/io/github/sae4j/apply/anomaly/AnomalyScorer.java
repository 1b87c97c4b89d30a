package io.github.sae4j.apply.anomaly;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.FiniteRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * Scores how much a row is unlike the rows that an SAE was trained on, by the SAE's reconstruction
 * and by how rare its active latents are. Thread-safe.
 */
public final class AnomalyScorer {
  /** The largest number of training rows whose scores are kept to combine scores. */
  static final int SAMPLE = 4096;

  static final int BATCH = 1024;

  private final SparseAutoencoder sae;
  private final LatentRates rates;
  private final LogTail error;
  private final LogTail relativeError;
  private final LogTail surprise;

  AnomalyScorer(
      SparseAutoencoder sae,
      LatentRates rates,
      LogTail error,
      LogTail relativeError,
      LogTail surprise) {
    this.sae = requireAutoencoder(sae);
    this.rates = rates;
    this.error = error;
    this.relativeError = relativeError;
    this.surprise = surprise;
  }

  /**
   * Learns how often each latent is active, from all rows, and how scores are distributed, from up
   * to 4,096 of them, evenly spread.
   *
   * @param train normal rows, as a rule those that the SAE was trained on
   * @param progress receives the number of rows done
   * @throws IllegalArgumentException if the SAE is a transcoder, the rows have another width than
   *     the SAE, or there are none
   * @throws IOException if a row has a value that is not finite, or a file cannot be read
   */
  public static AnomalyScorer fit(
      SparseAutoencoder sae, ActivationSource train, LongConsumer progress) throws IOException {
    requireAutoencoder(sae);
    requireFit(sae, train);
    long n = train.rows();
    int kept = (int) Math.min(n, SAMPLE);
    double[] errors = new double[kept];
    double[] relativeErrors = new double[kept];
    int[][] codes = new int[kept][]; // their surprise is known once every row was counted
    long[] active = new long[sae.nLatents()];
    int next = 0;
    for (long first = 0; first < n; first += BATCH) {
      EncodedRows rows = read(sae, train, first, (int) Math.min(BATCH, n - first));
      for (int row = 0; row < rows.rows(); row++) {
        for (int latent : rows.latents()[row]) {
          active[latent]++;
        }
        if (next < kept && first + row == next * n / kept) {
          errors[next] = rows.error(row);
          relativeErrors[next] = rows.relativeError(row);
          codes[next++] = rows.latents()[row];
        }
      }
      progress.accept(first + rows.rows());
    }
    LatentRates rates = new LatentRates(active, n);
    double[] surprises = new double[kept];
    for (int i = 0; i < kept; i++) {
      surprises[i] = rates.surprise(codes[i], 0, codes[i].length);
    }
    return new AnomalyScorer(
        sae, rates, new LogTail(errors), new LogTail(relativeErrors), new LogTail(surprises));
  }

  /** Rejects SAEs that do not reconstruct the rows that they read. */
  static SparseAutoencoder requireAutoencoder(SparseAutoencoder sae) {
    if (Objects.requireNonNull(sae, "sae").parameters().form().isTranscoder()) {
      throw new IllegalArgumentException(
          "a transcoder cannot score its input, because it reconstructs another tensor");
    }
    return sae;
  }

  /**
   * Rejects rows that an SAE cannot score.
   *
   * @throws IllegalArgumentException if they have another width than the SAE, or there are none
   */
  public static void requireFit(SparseAutoencoder sae, ActivationSource rows) {
    if (rows.width() != sae.nIn()) {
      throw new IllegalArgumentException(
          "the SAE encodes rows of %,d values, but those of %s have %,d"
              .formatted(sae.nIn(), rows.description(), rows.width()));
    }
    if (rows.rows() == 0) {
      throw new IllegalArgumentException(rows.description() + " has no rows");
    }
  }

  private static EncodedRows read(
      SparseAutoencoder sae, ActivationSource rows, long first, int count) throws IOException {
    float[] x = new float[count * sae.nIn()];
    rows.read(first, count, x, 0);
    FiniteRows.require(rows, first, x, 0, count);
    return EncodedRows.of(sae, x);
  }

  EncodedRows read(ActivationSource rows, long first, int count) throws IOException {
    return read(sae, rows, first, count);
  }

  public SparseAutoencoder sae() {
    return sae;
  }

  /** Returns how often each latent was active in training. */
  public LatentRates rates() {
    return rates;
  }

  LogTail tail(ScoreKind kind) {
    return switch (kind) {
      case ERROR -> error;
      case RELATIVE_ERROR -> relativeError;
      case SURPRISE -> surprise;
      case COMBINED -> throw new IllegalArgumentException("a combination has no tail");
    };
  }

  /**
   * Scores a row.
   *
   * @param x {@code [nIn]}
   * @throws IllegalArgumentException if it has another width, or a value that is not finite
   */
  public RowScores score(float[] x) {
    return score(encoded(x), 0);
  }

  /**
   * Scores rows, which takes less time than one by one.
   *
   * @param x {@code [rows][nIn]}
   * @throws IllegalArgumentException if a row has another width, or a value that is not finite
   */
  public List<RowScores> score(float[][] x) {
    List<RowScores> scores = new ArrayList<>();
    for (int first = 0; first < x.length; first += BATCH) {
      int count = Math.min(BATCH, x.length - first);
      float[] flat = new float[count * sae.nIn()];
      for (int row = 0; row < count; row++) {
        requireWidth(x[first + row]);
        System.arraycopy(x[first + row], 0, flat, row * sae.nIn(), sae.nIn());
      }
      EncodedRows batch = EncodedRows.of(sae, flat);
      for (int row = 0; row < count; row++) {
        scores.add(score(batch, row));
      }
    }
    return scores;
  }

  /**
   * Says what the scores of a row are due to.
   *
   * @param x {@code [nIn]}
   * @param most the maximum number of dimensions and of latents
   * @throws IllegalArgumentException if it has another width, or a value that is not finite
   */
  public Explanation explain(float[] x, int most) {
    return explain(encoded(x), 0, most);
  }

  private EncodedRows encoded(float[] x) {
    requireWidth(x);
    return EncodedRows.of(sae, x);
  }

  private void requireWidth(float[] x) {
    if (x.length != sae.nIn()) {
      throw new IllegalArgumentException(
          "the SAE encodes rows of %,d values, got %,d".formatted(sae.nIn(), x.length));
    }
  }

  RowScores score(EncodedRows rows, int row) {
    int[] latents = rows.latents()[row];
    double e = rows.error(row);
    double r = rows.relativeError(row);
    double s = rates.surprise(latents, 0, latents.length);
    return new RowScores(e, r, s, error.of(e) + relativeError.of(r) + surprise.of(s));
  }

  Explanation explain(EncodedRows rows, int row, int most) {
    return Explanations.of(rows, row, rates, most);
  }
}
