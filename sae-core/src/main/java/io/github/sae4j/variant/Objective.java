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
 * The loss {@code mean_b ‖x̂ − x‖² + sparsity + auxiliary} and its gradients, for every variant, in
 * the engine's primitives. Gradients are sums over the rows, as DL4J expects them. It keeps nothing
 * between calls.
 */
public final class Objective {
  private final Engine engine;

  public Objective(Engine engine) {
    this.engine = engine;
  }

  /** The loss at a batch and its gradient. */
  public record Result(LossTerms loss, SaeGradients gradients) {}

  /** Encodes a batch {@code [rows, nIn]} as training does. */
  public Forward forward(INDArray x, SaeParameters p, Variant variant) {
    return forward(x, p, variant, variant.selection(p));
  }

  /** Encodes a batch {@code [rows, nIn]} where nothing is learnt. */
  public Forward inference(INDArray x, SaeParameters p, Variant variant) {
    return inference(x, p, variant, variant.inference(p));
  }

  /**
   * Encodes a batch {@code [rows, nIn]} where nothing is learnt.
   *
   * @param rule the variant's for these parameters ({@link Variant#inference})
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
   * The reconstruction {@code codes·W_dec + b_dec}, plus {@code x·W_skip} where there is one;
   * {@code [rows, nOut]}.
   *
   * @param x what was encoded, {@code [rows, nIn]}; read only where there is a skip
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

  /** {@link #evaluate(INDArray, INDArray, SaeParameters, Variant, BitSet)} of an autoencoder. */
  public Result evaluate(INDArray x, SaeParameters p, Variant variant, BitSet dead) {
    return evaluate(x, x, p, variant, dead);
  }

  /**
   * The whole loss and its gradient; a variant that keeps a running state takes note of the batch.
   *
   * @param x {@code [rows, nIn]}
   * @param output what is to be reconstructed, {@code [rows, nOut]}; x itself, but for transcoders
   * @param dead latents that count as dead, for losses that bring them back
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
      // gradients at the codes at half their size, to be doubled: ∂‖e‖²/∂x̂ = 2e
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

  /** The codes that are active: a gate may be open for a magnitude of 0. */
  static Codes withoutZeros(Codes codes) {
    return codes instanceof SparseCodes sparse
        ? sparse.filter((i, latent, value) -> value != 0)
        : codes;
  }

  /**
   * The reconstruction error of a forward pass, as a part of a larger loss.
   *
   * @param loss a mean over the rows, with its weight
   * @param weight of the error
   * @param atCodes half of the error's gradient with respect to the codes, at their places
   * @param gradients of the error with respect to W_dec and b_dec
   */
  public record Reconstruction(double loss, double weight, Codes atCodes, GradientSum gradients) {
    /** None: what is put out need not be like what came in. */
    public static final Reconstruction NONE = new Reconstruction(0, 0, null, null);

    /** Frees all but the loss, where there is no backward pass. */
    public void release() {
      if (weight > 0) {
        atCodes.release();
        gradients.releaseReconstructions();
      }
    }
  }

  /**
   * The reconstruction error of a forward pass.
   *
   * @param x what was encoded, {@code [rows, nIn]}; an autoencoder's, which it is to reconstruct
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
   * Gradients that come from behind the layer, taken back through it.
   *
   * @param dInput gradient with respect to x, {@code [rows, nIn]}
   */
  public record Backward(INDArray dInput, SaeGradients gradients) {}

  /**
   * Takes gradients back to the input and the parameters. Losses beside those of reconstruction and
   * sparsity take no part.
   *
   * @param dReconstruction gradient with respect to x̂, {@code [rows, nOut]}; null for none
   * @param dLatents gradient with respect to the codes from outside, {@code [rows, nLatents]}; null
   *     for none
   * @param penalty whose gradients are added
   * @param reconstruction whose gradients are added
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

  /** Frees what went into the sum. */
  private static Codes plus(Codes a, Codes b) {
    Codes sum = a.plus(b);
    a.release();
    b.release();
    return sum;
  }

  /** The sparsity loss of a forward pass. */
  public SparsityPenalty penalty(Forward forward, SaeParameters p, Variant variant) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return variant.penalty(forward.pre(), forward.codes(), p, engine);
    }
  }
}
