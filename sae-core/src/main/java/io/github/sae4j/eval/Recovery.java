package io.github.sae4j.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.synthetic.SyntheticSource;
import java.io.IOException;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How much of a set of known features a dictionary has found.
 *
 * @param match its decoder matched with the true directions
 * @param randomMcc MCC of a dictionary with as many random directions, as a baseline
 * @param scores how well its latents fire where the features do
 * @param trueL0 mean number of features that fire per row
 * @param evaluation reconstruction and densities over the same rows
 */
public record Recovery(
    DictionaryMatch match,
    double randomMcc,
    FeatureScores scores,
    double trueL0,
    EvalReport evaluation) {

  public Recovery {
    Objects.requireNonNull(match, "match");
    Objects.requireNonNull(scores, "scores");
    Objects.requireNonNull(evaluation, "evaluation");
  }

  /**
   * Measures a dictionary on rows of known features, which should be held out from its training.
   *
   * @param seed seed of the random directions
   * @throws IllegalArgumentException if the width of the rows differs from the dictionary's
   */
  public static Recovery measure(
      SparseAutoencoder sae,
      SyntheticSource source,
      EvalOptions options,
      long seed,
      Progress progress)
      throws IOException {
    Evaluator.requireFits(sae, source);
    try (INDArray truth = source.features().dictionary().matrix()) {
      TrueDirections directions = TrueDirections.of(sae, truth, seed);
      DictionaryMatch match = directions.match();
      FeatureScores.Counter scores = new FeatureScores.Counter(match);
      long[] firings = {0};
      EvalReport evaluation =
          Evaluator.evaluate(
              sae,
              source,
              options,
              progress,
              (firstRow, active) -> {
                var trueCodes = source.codes(firstRow, active.rows());
                firings[0] += trueCodes.activations();
                scores.add(trueCodes, active);
              });
      FeatureScores result = scores.result();
      double trueL0 = (double) firings[0] / result.rows();
      return new Recovery(match, directions.randomMcc(), result, trueL0, evaluation);
    }
  }

  /**
   * Returns the figures as a JSON object, with the evaluation's figures under {@code evaluation}.
   */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    new TrueDirections(match, randomMcc).putTo(json);
    EvalReport.putNumber(json, "f1", scores.meanF1());
    EvalReport.putNumber(json, "precision", scores.meanPrecision());
    EvalReport.putNumber(json, "recall", scores.meanRecall());
    EvalReport.putNumber(json, "f1_of_all", scores.meanF1OfAll());
    json.put("true_l0", trueL0);
    json.set("evaluation", evaluation.toJson());
    return json;
  }
}
