package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
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
   * @param gradients receives the gradient of every parameter, a sum over the rows
   */
  public LossTerms lossAndGradients(
      INDArray x, SaeParameters p, Variant variant, BitSet dead, SaeParameters gradients) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray centred = x.subRowVector(p.bDec());
      AuxK aux = AuxK.of(variant, dead);
      List<Selection> rules =
          aux == null
              ? List.of(variant.selection())
              : List.of(variant.selection(), aux.selection());
      List<Codes> codes = engine.encode(centred, p.wEnc(), p.bEnc(), rules);
      Forward forward = new Forward(centred, codes.get(0));
      INDArray error = decode(forward.codes(), p).subi(x);
      SparsityPenalty penalty = variant.penalty(forward.codes(), p, engine);
      backward(forward, p, variant, error.mul(2), null, penalty, gradients);
      double auxiliary =
          aux == null
              ? 0
              : aux.lossAndGradients(engine, x, error, centred, codes.get(1), p, gradients);
      return new LossTerms(
          squaredNorm(error) / x.size(0), penalty.value(), auxiliary, forward.codes());
    }
  }

  /**
   * Takes gradients back to the parameters.
   *
   * @param dReconstruction gradient with respect to x̂, {@code [rows, nIn]}; null for none
   * @param dLatents gradient with respect to the codes from outside, {@code [rows, nLatents]}; null
   *     for none
   * @param penalty whose gradients are added
   * @param gradients receives the gradient of every parameter
   * @return gradient with respect to the pre-activations
   */
  public Codes backward(
      Forward forward,
      SaeParameters p,
      Variant variant,
      INDArray dReconstruction,
      INDArray dLatents,
      SparsityPenalty penalty,
      SaeParameters gradients) {
    Codes codes = forward.codes();
    Codes dCodes =
        dReconstruction == null ? null : engine.sampledProduct(dReconstruction, p.wDec(), codes);
    if (dLatents != null) {
      dCodes = dCodes == null ? atPlacesOf(codes, dLatents) : dCodes.plus(dLatents);
    }
    if (penalty.codesGradient() != null) {
      dCodes = dCodes.plus(penalty.codesGradient());
    }
    Codes dPre = variant.throughActivation(codes, dCodes);

    if (dReconstruction == null) {
      gradients.wDec().assign(0);
      gradients.bDec().assign(0);
    } else {
      engine.accumulate(codes, dReconstruction, gradients.wDec(), false);
      gradients.bDec().assign(engine.columnSums(dReconstruction));
    }
    if (penalty.decoderGradient() != null) {
      gradients.wDec().addi(penalty.decoderGradient());
    }
    encoderGradients(engine, dPre, forward.centred(), p, gradients, false);
    return dPre;
  }

  /**
   * Takes a gradient at the pre-activations back to the encoder, and to b_dec through the centring.
   *
   * @param gradients W_enc and b_enc receive the gradient; b_dec, which the reconstruction reaches
   *     too, has it added
   * @param add whether to add to W_enc and b_enc as well
   */
  static void encoderGradients(
      Engine engine,
      Codes dPre,
      INDArray centred,
      SaeParameters p,
      SaeParameters gradients,
      boolean add) {
    engine.accumulate(dPre, centred, gradients.wEnc().transpose(), add);
    INDArray dBias = engine.latentSums(dPre);
    if (add) {
      gradients.bEnc().addi(dBias);
    } else {
      gradients.bEnc().assign(dBias);
    }
    gradients.bDec().subi(throughEncoder(dBias, p));
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

  /** {@code ‖a‖²} over all entries. */
  static double squaredNorm(INDArray a) {
    double norm = a.norm2Number().doubleValue();
    return norm * norm;
  }

  /** {@code W_enc·v}, {@code [nIn]}. */
  private static INDArray throughEncoder(INDArray v, SaeParameters p) {
    return p.wEnc().mmul(v.reshape(v.length(), 1)).reshape(p.nIn());
  }

  private static Codes atPlacesOf(Codes codes, INDArray matrix) {
    return codes.zeros().plus(matrix);
  }
}
