package io.github.sae4j.variant;

import io.github.sae4j.cpu.OrderedSums;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a variant's pre-activations must exceed, as training sets it and moves it. */
public interface Thresholds {
  /** No thresholds: what fires is a matter of its rank, or everything does. */
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

  /** Those of a ReLU: a bias is a threshold of the opposite sign. */
  Thresholds BIASES =
      new Thresholds() {
        @Override
        public void move(SaeParameters p, double amount) {
          lower(p.bEnc(), amount);
        }
      };

  /**
   * Those of gates, whose biases do not rise above 0 when they are moved: what a gate lets through
   * does not grow with its bias, so that the number of activations would have them rise on and on.
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

  /** Whether there are any. */
  default boolean exist() {
    return true;
  }

  /**
   * Sets them, before the first step.
   *
   * @param p parameters whose b_enc is 0
   * @param thresholds what each latent's pre-activations are to exceed, {@code [nLatents]}; may be
   *     overwritten
   */
  default void set(SaeParameters p, INDArray thresholds) {
    p.bEnc().assign(thresholds.negi());
  }

  /**
   * Moves all together, so that fewer latents fire ({@code amount} above 0) or more: by a fraction
   * {@code amount} of what they are.
   */
  void move(SaeParameters p, double amount);

  /** Lowers all biases by the same: {@code fraction} of their mean magnitude. */
  static void lower(INDArray bEnc, double fraction) {
    double magnitude = OrderedSums.magnitudes(bEnc) / bEnc.length();
    bEnc.subi(fraction * magnitude);
  }
}
