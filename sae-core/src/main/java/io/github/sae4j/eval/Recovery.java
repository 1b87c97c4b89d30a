package io.github.sae4j.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.synthetic.SyntheticSource;
import java.io.IOException;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a dictionary found of features that are known.
 *
 * @param match its decoder and the true directions
 * @param randomMcc MCC of a dictionary of as many random directions, to compare with
 * @param scores how its latents fire where the features do
 * @param trueL0 mean number of features that fire in a row
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
   * Measures a dictionary on rows of known features, which should not be those it was trained on.
   *
   * @param seed of the random directions
   * @throws IllegalArgumentException if the rows are of another width than the dictionary
   */
  public static Recovery measure(
      SparseAutoencoder sae,
      SyntheticSource source,
      EvalOptions options,
      long seed,
      Progress progress)
      throws IOException {
    Evaluator.requireSameWidth(sae, source);
    try (INDArray truth = source.features().dictionary().matrix()) {
      DictionaryMatch match = DictionaryMatch.of(truth, sae.parameters().wDec());
      SparseAutoencoder random = RandomDictionary.like(sae, 1, seed);
      double randomMcc = DictionaryMatch.of(truth, random.parameters().wDec()).mcc();
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
      return new Recovery(match, randomMcc, result, trueL0, evaluation);
    }
  }

  /** The figures as a JSON object, those of the evaluation under {@code evaluation}. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("n_features", match.nFeatures());
    json.put("n_latents", match.nLatents());
    json.put("mcc", match.mcc());
    json.put("mcc_random", randomMcc);
    json.put("mmcs_features", match.featureMmcs());
    json.put("mmcs_latents", match.latentMmcs());
    EvalReport.putNumber(json, "f1", scores.meanF1());
    EvalReport.putNumber(json, "precision", scores.meanPrecision());
    EvalReport.putNumber(json, "recall", scores.meanRecall());
    EvalReport.putNumber(json, "f1_of_all", scores.meanF1OfAll());
    json.put("true_l0", trueL0);
    json.set("evaluation", evaluation.toJson());
    return json;
  }
}
