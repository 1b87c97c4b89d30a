package io.github.sae4j.variant;

import io.github.sae4j.cpu.OrderedSums;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The thresholds of a variant's pre-activations, which training sets and adjusts. */
public interface Thresholds {
  /** No thresholds: latents fire by rank, or always. */
  Thresholds NONE =
      new Thresholds() {
        @Override
        public boolean exist() {
          return false;
        }

        @Override
        public void set(SaeParameters p, INDArray thresholds) {
          throw new IllegalStateException("there are no thresholds to set");
        }

        @Override
        public void move(SaeParameters p, double amount) {}
      };

  /** Thresholds of a ReLU, where a bias is a threshold of the opposite sign. */
  Thresholds BIASES =
      new Thresholds() {
        @Override
        public void move(SaeParameters p, double amount) {
          lower(p.bEnc(), amount);
        }
      };

  /**
   * Thresholds of gates, whose biases are never moved above 0: a gate's output does not grow with
   * its bias, so the biases would otherwise rise indefinitely to reach the wanted number of
   * activations.
   */
  Thresholds GATES =
      new Thresholds() {
        @Override
        public void move(SaeParameters p, double amount) {
          if (amount >= 0) {
            lower(p.bEnc(), amount);
            return;
          }
          double[] before = p.bEnc().toDoubleVector();
          lower(p.bEnc(), amount);
          double[] after = p.bEnc().toDoubleVector();
          for (int l = 0; l < after.length; l++) {
            after[l] = Math.min(after[l], Math.max(before[l], 0));
          }
          INDArray bEnc = p.bEnc();
          bEnc.assign(Nd4j.createFromArray(after).reshape(bEnc.shape()).castTo(bEnc.dataType()));
        }
      };

  /** Returns whether there are any thresholds. */
  default boolean exist() {
    return true;
  }

  /**
   * Sets the thresholds, before the first step.
   *
   * @param p parameters whose b_enc is 0
   * @param thresholds value that each latent's pre-activations must exceed, {@code [nLatents]}; may
   *     be overwritten
   */
  default void set(SaeParameters p, INDArray thresholds) {
    p.bEnc().assign(thresholds.negi());
  }

  /**
   * Moves all thresholds by the fraction {@code amount} of their size; fewer latents fire if {@code
   * amount} is positive, more if it is negative.
   */
  void move(SaeParameters p, double amount);

  /** Lowers all biases by the same amount, {@code fraction} of their mean magnitude. */
  static void lower(INDArray bEnc, double fraction) {
    double magnitude = OrderedSums.magnitudes(bEnc) / bEnc.length();
    bEnc.subi(fraction * magnitude);
  }
}
