package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  public Forward forward(Tensor x, Weights p, Variant variant) {
    return forward(x, p, variant, variant.selection(p));
  }

  /** Encodes a batch {@code [rows, nIn]} as inference does. */
  public Forward inference(Tensor x, Weights p, Variant variant) {
    return inference(x, p, variant, variant.inference(p));
  }

  /**
   * Encodes a batch {@code [rows, nIn]} as inference does.
   *
   * @param rule the variant's selection for these parameters ({@link Variant#inference})
   */
  public Forward inference(Tensor x, Weights p, Variant variant, Selection rule) {
    return forward(x, p, variant, rule);
  }

  /** Returns the encoder's input for a batch {@code [rows, nIn]}, in a new tensor. */
  private Tensor centred(Tensor x, Weights p) {
    return p.subtractsDecoderBias() ? engine.minusRow(x, p.bDec()) : engine.copy(x);
  }

  private Forward forward(Tensor x, Weights p, Variant variant, Selection rule) {
    try (Engine.Scope ignored = engine.scope()) {
      Tensor centred = centred(x, p);
      Codes pre = engine.encode(centred, p.encoder(), p.bEnc(), List.of(rule)).get(0);
      return new Forward(centred, pre, variant.activate(pre, p, engine));
    }
  }

  /**
   * Returns the reconstruction {@code codes·W_dec + b_dec}, plus {@code x·W_skip} if there is one,
   * {@code [rows, nOut]}.
   *
   * @param x the encoded input, {@code [rows, nIn]}; read only if there is a W_skip
   */
  public Tensor decode(Codes codes, Tensor x, Weights p) {
    Tensor reconstruction = engine.decode(codes, p.decoder());
    engine.addToRows(reconstruction, p.bDec());
    if (p.skips()) {
      try (Tensor skipped = skip(x, p)) {
        engine.add(reconstruction, skipped);
      }
    }
    return reconstruction;
  }

  private Tensor skip(Tensor x, Weights p) {
    return engine.decode(engine.everyEntry(x), p.get(ParameterLayout.SKIP));
  }

  /**
   * Calls {@link #evaluate(Tensor, Tensor, Weights, Variant, Latents)} for an autoencoder, whose
   * output is its input.
   */
  public Result evaluate(Tensor x, Weights p, Variant variant, Latents dead) {
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
  public Result evaluate(Tensor x, Tensor output, Weights p, Variant variant, Latents dead) {
    try (Engine.Scope ignored = engine.scope()) {
      Tensor centred = centred(x, p);
      Tensor target = output;
      if (p.skips()) {
        target = skip(x, p);
        engine.subtractFrom(target, output);
      }
      List<AuxiliaryLoss> auxiliaries = variant.auxiliaries(p, dead);
      List<Selection> rules = new ArrayList<>(List.of(variant.selection(p)));
      auxiliaries.stream()
          .map(AuxiliaryLoss::selection)
          .flatMap(Optional::stream)
          .forEach(rules::add);
      List<Codes> selected = engine.encode(centred, p.encoder(), p.bEnc(), rules);
      Codes pre = selected.get(0);
      Codes codes = variant.activate(pre, p, engine);
      SparsityPenalty penalty = variant.penalty(pre, codes, p, engine);

      GradientSum gradients = new GradientSum(engine, centred, p.skips());
      // gradients at the codes are half their size and must be doubled: ∂‖e‖²/∂x̂ = 2e
      Tensor weights = penalty.byLatent() == null ? null : engine.scaled(penalty.byLatent(), .5);
      Residual residual = variant.reconstruct(codes, target, weights, p, engine, gradients);
      Codes atCodes = withPenalty(residual.products(), penalty);
      variant.backward(pre, codes, atCodes, p, gradients, engine, 2);
      addPastActivation(penalty, pre, gradients);
      Tensor.closeIfPresent(weights);
      Tensor.closeIfPresent(penalty.byLatent());
      Tensor.closeIfPresent(penalty.byPre());

      Later auxiliary = Later.of(0);
      int next = 1;
      for (AuxiliaryLoss loss : auxiliaries) {
        Codes own = loss.selection().isPresent() ? selected.get(next++) : pre;
        auxiliary = auxiliary.plus(loss.addTo(gradients, engine, own, target, residual.error(), p));
      }
      Codes active = codes == pre ? codes : engine.withoutZeros(codes);
      variant.observe(active, p, engine);
      if (pre != codes) {
        pre.release();
      }
      if (target != output) {
        target.close();
      }
      LossTerms terms =
          new LossTerms(
              residual.squares().over(x.rows()),
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

  /**
   * The reconstruction error of a forward pass, as part of a larger loss.
   *
   * @param loss the weighted loss, averaged over the rows
   * @param weight weight of the error
   * @param atCodes half of the error's gradient with respect to the codes, at their positions
   * @param gradients gradients of the error with respect to W_dec and b_dec
   */
  public record Reconstruction(Later loss, double weight, Codes atCodes, GradientSum gradients) {
    /** No reconstruction error: the output need not resemble the input. */
    public static final Reconstruction NONE = new Reconstruction(Later.of(0), 0, null, null);

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
      Forward forward, Tensor x, Weights p, Variant variant, double weight) {
    if (weight == 0) {
      return Reconstruction.NONE;
    }
    GradientSum gradients = new GradientSum(engine, forward.centred(), false);
    Residual residual = variant.reconstruct(forward.codes(), x, null, p, engine, gradients);
    Later loss = residual.squares().times(weight).over(x.rows());
    return new Reconstruction(loss, weight, residual.products(), gradients);
  }

  /**
   * Gradients of later layers, propagated back through this one.
   *
   * @param dInput gradient with respect to x, {@code [rows, nIn]}
   */
  public record Backward(Tensor dInput, SaeGradients gradients) {}

  /**
   * Propagates gradients back to the input and the parameters. Only the reconstruction and sparsity
   * losses are included.
   *
   * @param dReconstructionOrNull gradient with respect to x̂, {@code [rows, nOut]}; null for none
   * @param dLatentsOrNull gradient of later layers with respect to the codes, {@code [rows,
   *     nLatents]}; null for none
   * @param penalty penalty whose gradients are added
   * @param reconstruction reconstruction error whose gradients are added
   */
  public Backward backward(
      Forward forward,
      Weights p,
      Variant variant,
      Tensor dReconstructionOrNull,
      Tensor dLatentsOrNull,
      SparsityPenalty penalty,
      Reconstruction reconstruction) {
    Codes codes = forward.codes();
    GradientSum gradients = new GradientSum(engine, forward.centred(), p.skips());
    List<Codes> atCodes = new ArrayList<>();
    if (dReconstructionOrNull != null) {
      atCodes.add(engine.sampledProduct(dReconstructionOrNull, p.decoder(), codes));
      gradients.addDecoder(codes, dReconstructionOrNull, 1);
      gradients.addReconstruction(dReconstructionOrNull, 1);
    }
    if (dLatentsOrNull != null) {
      atCodes.add(codes.sample(dLatentsOrNull));
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
    variant.backward(forward.pre(), codes, sum, p, gradients, engine, 1);
    addPastActivation(penalty, forward.pre(), gradients);
    Tensor dInput = gradients.atInput(p);
    if (dReconstructionOrNull != null && p.skips()) {
      Codes skipped =
          engine.sampledProduct(
              dReconstructionOrNull,
              p.get(ParameterLayout.SKIP),
              engine.everyEntry(forward.centred()));
      engine.add(dInput, engine.matrix(skipped));
    }
    if (reconstruction.weight() > 0) {
      Tensor atTarget = reconstruction.gradients().atTarget();
      engine.scale(atTarget, reconstruction.weight());
      engine.add(dInput, atTarget);
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
  public SparsityPenalty penalty(Forward forward, Weights p, Variant variant) {
    try (Engine.Scope ignored = engine.scope()) {
      return variant.penalty(forward.pre(), forward.codes(), p, engine);
    }
  }
}
