package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;

/** ReLU codes under {@code λ·Σ f}: all that a variant must say, and no more. */
@VariantName("toy")
public record Toy(double lambda) implements Variant {
  @Override
  public String label() {
    return "toy, lambda = " + lambda;
  }

  @Override
  public Architecture architecture() {
    return Architecture.STANDARD;
  }

  @Override
  public Selection selection(Weights p) {
    return new Selection.Positive();
  }

  // not one that must be said, but without it nothing would be sparse
  public SparsityPenalty penalty(Codes pre, Codes codes, Weights p, Engine engine) {
    Tensor sums = engine.latentSums(codes);
    return SparsityPenalty.ofLatents(
        engine.sum(sums).times(lambda).over(codes.rows()), engine.filledLike(sums, lambda));
  }

  @Override
  public double learningRateFactor(int nLatents, boolean transcoder) {
    return 1;
  }

  @Override
  public boolean normalisesDecoder() {
    return true;
  }

  @Override
  public Thresholds thresholds() {
    return Thresholds.BIASES;
  }

  @Override
  public StepMemory stepMemory(int rows, int nLatents) {
    return StepMemory.sparseOrDense(rows, nLatents);
  }

  @Override
  public double freshEncoderFraction() {
    return SMALL_ENCODER;
  }

  @Override
  public double sparsitySetting() {
    return lambda;
  }

  @Override
  public Toy withSparsitySetting(double strength) {
    return new Toy(strength);
  }
}
