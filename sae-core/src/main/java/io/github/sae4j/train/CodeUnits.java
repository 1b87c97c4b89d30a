package io.github.sae4j.train;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.Variant;

/** Scales biases and thresholds of latents, which are in the units of their codes. */
final class CodeUnits {
  private CodeUnits() {}

  /** Multiplies b_enc, and other parameters in the units of codes, in place. */
  static void scale(SaeParameters p, Variant variant, double factor) {
    p.bEnc().muli(factor);
    for (Variant.Extra extra : variant.extras()) {
      if (extra.likeCodes()) {
        p.get(extra.key()).muli(factor);
      }
    }
  }
}
