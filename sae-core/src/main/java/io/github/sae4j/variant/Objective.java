package io.github.sae4j.variant;

import io.github.sae4j.cpu.RowVectors;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.DenseCodes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The loss {@code mean_b ‖x̂ − x‖² + sparsity + auxiliary} and its gradients, for every variant,
 * computed with the engine's primitives. Gradients are summed over the rows, as DL4J expects. Keeps
 * no state between calls.
 */
public final class Objective {
  private final Engine engine;

  public Objective(Engine engine) {
    this.engine = engine;
  }

  /** The loss on a batch and its gradient. */
  public record Result(LossTerms loss, SaeGradients gradients) {}

  /** Encodes a batch {@code [rows, nIn]} as training does. */
  public Forward forward(INDArray x, SaeParameters p, Variant variant) {
    return forward(x, p, variant, variant.selection(p));
  }

  /** Encodes a batch {@code [rows, nIn]} as inference does. */
  public Forward inference(INDArray x, SaeParameters p, Variant variant) {
    return inference(x, p, variant, variant.inference(p));
  }

  /**
   * Encodes a batch {@code [rows, nIn]} as inference does.
   *
   * @param rule the variant's selection for these parameters ({@link Variant#inference})
   */
  public Forward inference(INDArray x, SaeParameters p, Variant variant, Selection rule) {
    return forward(x, p, variant, rule);
  }

  private Forward forward(INDArray x, SaeParameters p, Variant variant, Selection rule) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray centred = p.centred(x);
      Codes pre = engine.encode(centred, p.wEnc(), p.bEnc(), List.of(rule)).get(0);
      return new Forward(centred, pre, variant.activate(pre, p));
    }
  }

  /**
   * Returns the reconstruction {@code codes·W_dec + b_dec}, plus {@code x·W_skip} if there is one,
   * {@code [rows, nOut]}.
   *
   * @param x the encoded input, {@code [rows, nIn]}; read only if there is a W_skip
   */
  public INDArray decode(Codes codes, INDArray x, SaeParameters p) {
    INDArray reconstruction = RowVectors.addTo(engine.decode(codes, p.wDec()), p.bDec());
    if (p.skips()) {
      INDArray skipped = skip(x, p);
      reconstruction.addi(skipped);
      SaeGradients.close(skipped);
    }
    return reconstruction;
  }

  private INDArray skip(INDArray x, SaeParameters p) {
    return engine.decode(new DenseCodes(x), p.get(ParameterLayout.SKIP));
  }

  /**
   * Calls {@link #evaluate(INDArray, INDArray, SaeParameters, Variant, BitSet)} for an autoencoder,
   * whose output is its input.
   */
  public Result evaluate(INDArray x, SaeParameters p, Variant variant, BitSet dead) {
    return evaluate(x, x, p, variant, dead);
  }

  /**
   * Returns the total loss and its gradient, and updates the running state of a variant that keeps
   * one.
   *
   * @param x {@code [rows, nIn]}
   * @param output the target of the reconstruction, {@code [rows, nOut]}; x itself except for
   *     transcoders
   * @param dead latents considered dead, for losses that revive them
   */
  public Result evaluate(
      INDArray x, INDArray output, SaeParameters p, Variant variant, BitSet dead) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray centred = p.centred(x);
      INDArray target = p.skips() ? skip(x, p).rsubi(output) : output;
      List<AuxiliaryLoss> auxiliaries = variant.auxiliaries(p, dead);
      List<Selection> rules = new ArrayList<>(List.of(variant.selection(p)));
      auxiliaries.stream()
          .map(AuxiliaryLoss::selection)
          .filter(Objects::nonNull)
          .forEach(rules::add);
      List<Codes> selected = engine.encode(centred, p.wEnc(), p.bEnc(), rules);
      Codes pre = selected.get(0);
      Codes codes = variant.activate(pre, p);
      SparsityPenalty penalty = variant.penalty(pre, codes, p, engine);

      GradientSum gradients = new GradientSum(engine, centred, p.skips());
      // gradients at the codes are half their size and must be doubled: ∂‖e‖²/∂x̂ = 2e
      INDArray weights = penalty.byLatent() == null ? null : penalty.byLatent().mul(.5);
      Residual residual = variant.reconstruct(codes, target, weights, p, engine, gradients);
      Codes atCodes = withPenalty(residual.products(), penalty);
      variant.backward(pre, codes, atCodes, p, gradients, 2);
      addPastActivation(penalty, pre, gradients);
      SaeGradients.close(weights);
      SaeGradients.close(penalty.byLatent());
      SaeGradients.close(penalty.byPre());

      double auxiliary = 0;
      int next = 1;
      for (AuxiliaryLoss loss : auxiliaries) {
        Codes own = loss.selection() == null ? pre : selected.get(next++);
        auxiliary += loss.addTo(gradients, engine, own, target, residual.error(), p);
      }
      Codes active = codes == pre ? codes : withoutZeros(codes);
      variant.observe(active, p, engine);
      if (pre != codes) {
        pre.release();
      }
      if (target != output) {
        SaeGradients.close(target);
      }
      LossTerms terms =
          new LossTerms(
              residual.squares() / x.size(0),
              penalty.value(),
              auxiliary,
              active,
              variant.l0(active, engine));
      return new Result(terms, gradients.end(p, penalty.alongDecoder()));
    }
  }

  private static Codes withPenalty(Codes atCodes, SparsityPenalty penalty) {
    if (penalty.byCode() == null) {
      return atCodes;
    }
    Codes half = penalty.byCode().times(.5);
    penalty.byCode().release();
    return plus(atCodes, half);
  }

  private static void addPastActivation(SparsityPenalty penalty, Codes pre, GradientSum gradients) {
    if (penalty.byPre() != null) {
      gradients.addEncoder(pre.weights(penalty.byPre()), 1);
    }
    penalty.extras().forEach(gradients::add);
  }

  /** Drops codes of 0, which occur where a gate is open at a magnitude of 0. */
  static Codes withoutZeros(Codes codes) {
    return codes instanceof SparseCodes sparse
        ? sparse.filter((i, latent, value) -> value != 0)
        : codes;
  }

  /**
   * The reconstruction error of a forward pass, as part of a larger loss.
   *
   * @param loss the weighted loss, averaged over the rows
   * @param weight weight of the error
   * @param atCodes half of the error's gradient with respect to the codes, at their positions
   * @param gradients gradients of the error with respect to W_dec and b_dec
   */
  public record Reconstruction(double loss, double weight, Codes atCodes, GradientSum gradients) {
    /** No reconstruction error: the output need not resemble the input. */
    public static final Reconstruction NONE = new Reconstruction(0, 0, null, null);

    /** Frees everything except the loss, if no backward pass follows. */
    public void release() {
      if (weight > 0) {
        atCodes.release();
        gradients.releaseReconstructions();
      }
    }
  }

  /**
   * Returns the reconstruction error of a forward pass.
   *
   * @param x the encoded input, {@code [rows, nIn]}, which the autoencoder reconstructs
   * @param weight at least 0; 0 for {@link Reconstruction#NONE}
   */
  public Reconstruction reconstruction(
      Forward forward, INDArray x, SaeParameters p, Variant variant, double weight) {
    if (weight == 0) {
      return Reconstruction.NONE;
    }
    GradientSum gradients = new GradientSum(engine, forward.centred(), false);
    Residual residual = variant.reconstruct(forward.codes(), x, null, p, engine, gradients);
    double loss = weight * residual.squares() / x.size(0);
    return new Reconstruction(loss, weight, residual.products(), gradients);
  }

  /**
   * Gradients of later layers, propagated back through this one.
   *
   * @param dInput gradient with respect to x, {@code [rows, nIn]}
   */
  public record Backward(INDArray dInput, SaeGradients gradients) {}

  /**
   * Propagates gradients back to the input and the parameters. Only the reconstruction and sparsity
   * losses are included.
   *
   * @param dReconstruction gradient with respect to x̂, {@code [rows, nOut]}; null for none
   * @param dLatents gradient of later layers with respect to the codes, {@code [rows, nLatents]};
   *     null for none
   * @param penalty penalty whose gradients are added
   * @param reconstruction reconstruction error whose gradients are added
   */
  public Backward backward(
      Forward forward,
      SaeParameters p,
      Variant variant,
      INDArray dReconstruction,
      INDArray dLatents,
      SparsityPenalty penalty,
      Reconstruction reconstruction) {
    Codes codes = forward.codes();
    GradientSum gradients = new GradientSum(engine, forward.centred(), p.skips());
    List<Codes> atCodes = new ArrayList<>();
    if (dReconstruction != null) {
      atCodes.add(engine.sampledProduct(dReconstruction, p.wDec(), codes));
      gradients.addDecoder(codes, dReconstruction, 1);
      gradients.addReconstruction(dReconstruction, 1);
    }
    if (dLatents != null) {
      atCodes.add(codes.sample(dLatents));
    }
    if (penalty.byLatent() != null) {
      atCodes.add(codes.weights(penalty.byLatent()));
    }
    if (penalty.byCode() != null) {
      atCodes.add(penalty.byCode());
    }
    if (reconstruction.weight() > 0) {
      atCodes.add(reconstruction.atCodes().times(2 * reconstruction.weight()));
      reconstruction.atCodes().release();
      gradients.addReconstructions(reconstruction.gradients(), reconstruction.weight());
    }
    Codes sum = atCodes.stream().reduce(Objective::plus).orElseThrow();
    variant.backward(forward.pre(), codes, sum, p, gradients, 1);
    addPastActivation(penalty, forward.pre(), gradients);
    INDArray dInput = gradients.atInput(p);
    if (dReconstruction != null && p.skips()) {
      Codes skipped =
          engine.sampledProduct(
              dReconstruction, p.get(ParameterLayout.SKIP), new DenseCodes(forward.centred()));
      dInput.addi(skipped.toDense());
    }
    if (reconstruction.weight() > 0) {
      dInput.addi(reconstruction.gradients().atTarget().muli(reconstruction.weight()));
    }
    variant.observe(codes, p, engine);
    return new Backward(dInput, gradients.end(p, penalty.alongDecoder()));
  }

  /** Returns the sum and frees both operands. */
  private static Codes plus(Codes a, Codes b) {
    Codes sum = a.plus(b);
    a.release();
    b.release();
    return sum;
  }

  /** Returns the sparsity loss of a forward pass. */
  public SparsityPenalty penalty(Forward forward, SaeParameters p, Variant variant) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return variant.penalty(forward.pre(), forward.codes(), p, engine);
    }
  }
}
