package io.github.sae4j.apply.anomaly;

import java.util.Optional;

/**
 * What a detector says of a row.
 *
 * @param row its number in its source
 * @param scores its scores
 * @param pValue probability that a normal row has at least its score; see {@link
 *     ConformalCalibration}
 * @param explanation what the scores are due to, if it is an alarm
 */
public record Judgement(
    long row, RowScores scores, double pValue, Optional<Explanation> explanation) {

  /** Returns whether the row is an alarm. */
  public boolean isAlarm() {
    return explanation.isPresent();
  }
}
