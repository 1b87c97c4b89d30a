package io.github.sae4j.apply.anomaly;

/**
 * The scores of a row.
 *
 * @param error see {@link ScoreKind#ERROR}
 * @param relativeError see {@link ScoreKind#RELATIVE_ERROR}
 * @param surprise see {@link ScoreKind#SURPRISE}
 * @param combined see {@link ScoreKind#COMBINED}
 */
public record RowScores(double error, double relativeError, double surprise, double combined) {

  /** Returns one of the scores. */
  public double of(ScoreKind kind) {
    return switch (kind) {
      case ERROR -> error;
      case RELATIVE_ERROR -> relativeError;
      case SURPRISE -> surprise;
      case COMBINED -> combined;
    };
  }
}
