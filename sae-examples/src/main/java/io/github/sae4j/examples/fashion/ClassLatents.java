package io.github.sae4j.examples.fashion;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.nd4j.NdCodes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds the latents that a class depends on, by the accuracy on each class when a single latent is
 * set to 0 and everything else is kept. The layer feeds the output directly, so the logits become
 * {@code logits − f_l·(W_dec,l·W_out)}.
 */
final class ClassLatents {
  private final float[][] codes; // [examples][nLatents]
  private final float[][] logits; // [examples][classes]
  private final float[][] effects; // [nLatents][classes]
  private final int[] labels;
  private final int classes;

  /**
   * @param rows activations of the layer before the output, {@code [examples, width]}
   * @param weights weights of the output layer, {@code [width, classes]}
   * @param bias bias of the output layer
   */
  ClassLatents(
      SparseAutoencoder sae, INDArray rows, INDArray weights, INDArray bias, int[] labels) {
    this.codes = NdCodes.matrix(sae.encode(rows)).toFloatMatrix();
    this.logits = rows.mmul(weights).addRowVector(bias).toFloatMatrix();
    this.effects = sae.parameters().wDec().mmul(weights).toFloatMatrix();
    this.labels = labels.clone();
    this.classes = (int) weights.size(1);
  }

  /**
   * A latent and the class that depends on it.
   *
   * @param fraction fraction of the class' examples that only the network with the latent
   *     recognises, minus the fraction that only the network without it recognises
   * @param density fraction of examples in which the latent is active
   */
  record Finding(int latent, int label, double fraction, double density) {}

  /**
   * Returns the latents whose removal hurts one class the most, each once, the most harmful first.
   */
  List<Finding> hardest(int count) {
    int[] examples = new int[classes];
    for (int label : labels) {
      examples[label]++;
    }
    List<Finding> findings = new ArrayList<>();
    for (int latent = 0; latent < effects.length; latent++) {
      int[] lost = new int[classes];
      int active = 0;
      for (int e = 0; e < labels.length; e++) {
        float f = codes[e][latent];
        if (f != 0) {
          active++;
          boolean before = isRight(e, latent, 0);
          boolean after = isRight(e, latent, f);
          lost[labels[e]] += before == after ? 0 : before ? 1 : -1;
        }
      }
      int worst =
          IntStream.range(0, classes)
              .boxed()
              .max(Comparator.comparingDouble(c -> (double) lost[c] / examples[c]))
              .orElseThrow();
      double fraction = (double) lost[worst] / examples[worst];
      findings.add(new Finding(latent, worst, fraction, (double) active / labels.length));
    }
    findings.sort(Comparator.comparingDouble(Finding::fraction).reversed());
    return findings.subList(0, Math.min(count, findings.size()));
  }

  private boolean isRight(int example, int latent, float removed) {
    int best = 0;
    float most = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      float logit = logits[example][c] - removed * effects[latent][c];
      if (logit > most) {
        most = logit;
        best = c;
      }
    }
    return best == labels[example];
  }

  /** Returns the examples in which a latent is most active, the strongest first. */
  int[] strongest(int latent, int count) {
    return IntStream.range(0, codes.length)
        .boxed()
        .sorted(Comparator.comparingDouble(e -> -codes[e][latent]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
