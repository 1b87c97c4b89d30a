package io.github.sae4j.eval;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How well latents fire where their features do. For each true feature, the latent assigned to it
 * by a {@link DictionaryMatch} is scored as a classifier of the feature's firing.
 */
public final class FeatureScores {
  private final DictionaryMatch match;
  private final long rows;
  private final long[] featureFirings;
  private final long[] latentFirings;
  private final long[] both;

  private FeatureScores(
      DictionaryMatch match, long rows, long[] featureFirings, long[] latentFirings, long[] both) {
    this.match = match;
    this.rows = rows;
    this.featureFirings = featureFirings;
    this.latentFirings = latentFirings;
    this.both = both;
  }

  /**
   * The scores of a feature's latent as a classifier.
   *
   * @param precision fraction of the latent's firings at which the feature fires; NaN if the latent
   *     never fires
   * @param recall fraction of the feature's firings at which the latent fires; NaN if the feature
   *     never fires
   * @param f1 harmonic mean of precision and recall, {@code 2·both/(latent's firings + feature's
   *     firings)}; NaN if neither ever fires
   */
  public record Score(double precision, double recall, double f1) {}

  /** Counts firings batch by batch. */
  public static final class Counter {
    private final DictionaryMatch match;
    private final int[] featureOfLatent;
    private final long[] featureFirings;
    private final long[] latentFirings;
    private final long[] both;
    private long rows;

    public Counter(DictionaryMatch match) {
      this.match = match;
      this.featureOfLatent = new int[match.nLatents()];
      Arrays.fill(featureOfLatent, -1);
      for (int feature = 0; feature < match.nFeatures(); feature++) {
        if (match.latentOf(feature) >= 0) {
          featureOfLatent[match.latentOf(feature)] = feature;
        }
      }
      this.featureFirings = new long[match.nFeatures()];
      this.latentFirings = new long[match.nFeatures()];
      this.both = new long[match.nFeatures()];
    }

    /**
     * Adds a batch.
     *
     * @param truth {@code [rows, nFeatures]}: a feature fires where an entry is stored
     * @param codes the dictionary's codes, {@code [rows, nLatents]}; sigmoid codes count as firing
     *     above 0.5
     */
    public void add(SparseCodes truth, Codes codes) {
      SparseCodes active = ActiveCodes.of(codes);
      if (truth.rows() != active.rows()
          || truth.nLatents() != match.nFeatures()
          || active.nLatents() != match.nLatents()) {
        throw new IllegalArgumentException(
            "true codes are [%d, %d] and codes [%d, %d]; expected equal rows, %d features and"
                    .formatted(
                        truth.rows(),
                        truth.nLatents(),
                        active.rows(),
                        active.nLatents(),
                        match.nFeatures())
                + " %d latents".formatted(match.nLatents()));
      }
      int[] features = truth.latents();
      for (int row = 0; row < truth.rows(); row++) {
        int from = truth.rowStarts()[row];
        int to = truth.rowStarts()[row + 1];
        for (int i = from; i < to; i++) {
          featureFirings[features[i]]++;
        }
        for (int i = active.rowStarts()[row]; i < active.rowStarts()[row + 1]; i++) {
          int feature = featureOfLatent[active.latents()[i]];
          if (feature >= 0) {
            latentFirings[feature]++;
            both[feature] += Arrays.binarySearch(features, from, to, feature) >= 0 ? 1 : 0;
          }
        }
      }
      rows += truth.rows();
    }

    /** Returns the scores over the rows added so far. */
    public FeatureScores result() {
      return new FeatureScores(
          match, rows, featureFirings.clone(), latentFirings.clone(), both.clone());
    }
  }

  public int nFeatures() {
    return both.length;
  }

  /** Returns the number of rows over which firings were counted. */
  public long rows() {
    return rows;
  }

  /** Returns the score of a feature, all 0 or NaN if no latent is assigned to it. */
  public Score of(int feature) {
    double hits = both[feature];
    return new Score(
        hits / latentFirings[feature],
        hits / featureFirings[feature],
        2 * hits / (latentFirings[feature] + featureFirings[feature]));
  }

  /**
   * Returns the mean F1 over the features that have a latent and fire in these rows, or NaN if
   * there are none. A latent that never fires scores 0.
   */
  public double meanF1() {
    return mean(paired(), Score::f1);
  }

  /**
   * Returns the mean precision over the features counted by {@link #meanF1}; a latent that never
   * fires scores 0.
   */
  public double meanPrecision() {
    return mean(paired(), score -> Double.isNaN(score.precision()) ? 0 : score.precision());
  }

  /** Returns the mean recall over the features counted by {@link #meanF1}. */
  public double meanRecall() {
    return mean(paired(), Score::recall);
  }

  /**
   * Returns the mean F1 over all features that fire in these rows; a feature without a latent
   * scores 0.
   */
  public double meanF1OfAll() {
    return mean(fired().mapToObj(this::of), Score::f1);
  }

  private Stream<Score> paired() {
    return fired().filter(feature -> match.latentOf(feature) >= 0).mapToObj(this::of);
  }

  private IntStream fired() {
    return IntStream.range(0, nFeatures()).filter(feature -> featureFirings[feature] > 0);
  }

  private static double mean(Stream<Score> scores, ToDoubleFunction<Score> of) {
    return scores.mapToDouble(of).average().orElse(Double.NaN);
  }
}
