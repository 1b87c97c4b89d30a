package io.github.sae4j.variant;

import io.github.sae4j.engine.Tensor;
import java.util.Arrays;

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
        public void set(Weights p, double[] thresholds) {
          throw new IllegalStateException("there are no thresholds to set");
        }

        @Override
        public void move(Weights p, double amount) {}
      };

  /** Thresholds of a ReLU, where a bias is a threshold of the opposite sign. */
  Thresholds BIASES =
      new Thresholds() {
        @Override
        public void move(Weights p, double amount) {
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
        public void move(Weights p, double amount) {
          if (amount >= 0) {
            lower(p.bEnc(), amount);
            return;
          }
          double[] before = p.bEnc().toDoubles();
          lower(p.bEnc(), amount);
          double[] after = p.bEnc().toDoubles();
          for (int l = 0; l < after.length; l++) {
            after[l] = Math.min(after[l], Math.max(before[l], 0));
          }
          p.bEnc().setDoubles(after);
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
   * @param thresholds value that each latent's pre-activations must exceed, {@code [nLatents]}
   */
  default void set(Weights p, double[] thresholds) {
    p.bEnc().setDoubles(Arrays.stream(thresholds).map(threshold -> -threshold).toArray());
  }

  /**
   * Moves all thresholds by the fraction {@code amount} of their size; fewer latents fire if {@code
   * amount} is positive, more if it is negative.
   */
  void move(Weights p, double amount);

  /** Lowers all biases by the same amount, {@code fraction} of their mean magnitude. */
  static void lower(Tensor bEnc, double fraction) {
    double magnitude = Vectors.magnitudes(bEnc) / bEnc.length();
    Vectors.subtract(bEnc, fraction * magnitude);
  }
}
