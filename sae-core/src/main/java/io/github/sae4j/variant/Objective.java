package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import java.util.BitSet;
import java.util.List;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The loss {@code mean_b ‖x̂ − x‖² + sparsity + auxiliary} and its gradients, for every variant, in
 * the engine's primitives. Gradients are sums over the rows, as DL4J expects them.
 */
public final class Objective {
  private final Engine engine;

  public Objective(Engine engine) {
    this.engine = engine;
  }

  /** The loss at a batch and its gradient. */
  public record Result(LossTerms loss, SaeGradients gradients) {}

  /** Encodes a batch {@code [rows, nIn]}. */
  public Forward encode(INDArray x, SaeParameters p, Variant variant) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray centred = x.subRowVector(p.bDec());
      return new Forward(
          centred, engine.encode(centred, p.wEnc(), p.bEnc(), List.of(variant.selection())).get(0));
    }
  }

  /** The reconstruction {@code codes·W_dec + b_dec}, {@code [rows, nIn]}. */
  public INDArray decode(Codes codes, SaeParameters p) {
    return engine.decode(codes, p.wDec()).addiRowVector(p.bDec());
  }

  /**
   * The whole loss and its gradient.
   *
   * @param x {@code [rows, nIn]}
   * @param dead latents that count as dead, for AuxK
   */
  public Result evaluate(INDArray x, SaeParameters p, Variant variant, BitSet dead) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray centred = x.subRowVector(p.bDec());
      AuxK aux = AuxK.of(variant, dead);
      List<Selection> rules =
          aux == null
              ? List.of(variant.selection())
              : List.of(variant.selection(), aux.selection());
      List<Codes> all = engine.encode(centred, p.wEnc(), p.bEnc(), rules);
      Codes codes = all.get(0);
      Residual residual = engine.residual(codes, p.wDec(), p.bDec(), x);
      SparsityPenalty penalty = variant.penalty(codes, p, engine);

      GradientSum sum = new GradientSum(engine, centred);
      sum.addDecoder(codes, residual.error(), 2); // ∂‖e‖²/∂x̂ = 2e
      sum.addDecoderBias(residual.error(), 2);
      sum.addEncoder(throughCodes(variant, codes, residual.products(), penalty.codesGradient()));
      double auxiliary =
          aux == null ? 0 : aux.addTo(sum, engine, x, residual.error(), all.get(1), p);
      LossTerms loss =
          new LossTerms(residual.squares() / x.size(0), penalty.value(), auxiliary, codes);
      return new Result(loss, sum.end(p, penalty.alongDecoder()));
    }
  }

  /**
   * The gradient at the pre-activations. Matrices on the way are freed as soon as they are used:
   * each may be larger than the parameters.
   *
   * @param products of the error and the decoder
   * @param ofPenalty null for none
   */
  private static Codes throughCodes(Variant variant, Codes codes, Codes products, Codes ofPenalty) {
    Codes gradient = products.times(2); // ∂‖e‖²/∂x̂ = 2e
    products.release();
    if (ofPenalty != null) {
      Codes error = gradient;
      gradient = error.plus(ofPenalty);
      error.release();
      ofPenalty.release();
    }
    Codes result = variant.throughActivation(codes, gradient);
    if (result != gradient) {
      gradient.release();
    }
    return result;
  }

  /** Gradients that come from behind the layer, taken back through it. */
  public record Backward(Codes dPre, SaeGradients gradients) {}

  /**
   * Takes gradients back to the pre-activations and the parameters.
   *
   * @param dReconstruction gradient with respect to x̂, {@code [rows, nIn]}; null for none
   * @param dLatents gradient with respect to the codes from outside, {@code [rows, nLatents]}; null
   *     for none
   * @param penalty whose gradients are added
   */
  public Backward backward(
      Forward forward,
      SaeParameters p,
      Variant variant,
      INDArray dReconstruction,
      INDArray dLatents,
      SparsityPenalty penalty) {
    Codes codes = forward.codes();
    GradientSum sum = new GradientSum(engine, forward.centred());
    Codes dCodes = codes.zeros();
    if (dReconstruction != null) {
      dCodes = engine.sampledProduct(dReconstruction, p.wDec(), codes);
      sum.addDecoder(codes, dReconstruction, 1);
      sum.addDecoderBias(dReconstruction, 1);
    }
    if (dLatents != null) {
      dCodes = dCodes.plus(dLatents);
    }
    if (penalty.codesGradient() != null) {
      dCodes = dCodes.plus(penalty.codesGradient());
    }
    Codes dPre = variant.throughActivation(codes, dCodes);
    sum.addEncoder(dPre);
    return new Backward(dPre, sum.end(p, penalty.alongDecoder()));
  }

  /** Takes the gradient at the pre-activations back to the input, {@code [rows, nIn]}. */
  public INDArray inputGradient(Codes dPre, SaeParameters p) {
    return engine.decode(dPre, p.wEnc().transpose());
  }

  /** The sparsity loss of codes. */
  public SparsityPenalty penalty(Codes codes, SaeParameters p, Variant variant) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return variant.penalty(codes, p, engine);
    }
  }
}
