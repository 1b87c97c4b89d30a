package io.github.sae4j.layer;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.DenseCodes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.variant.Forward;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.SparsityPenalty;
import io.github.sae4j.variant.Variant;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a layer does and remembers between its neighbours: forward, and back again. Arrays that are
 * passed on are copies, in the workspace that the neighbour looks for them; the rest lies outside
 * of workspaces and is freed as soon as it has been used.
 */
final class BackpropStep {
  private final SaeLayer conf;
  private final Engine engine;
  private final Objective objective;
  private Positions positions; // of the last activations
  private Forward forward; // null where nothing is to be learnt from them
  private SparsityPenalty penalty = SparsityPenalty.NONE;
  private Objective.Reconstruction reconstruction = Objective.Reconstruction.NONE;

  BackpropStep(SaeLayer conf, Engine engine, Objective objective) {
    this.conf = conf;
    this.engine = engine;
    this.objective = objective;
  }

  /**
   * What the next layer gets.
   *
   * @param x the array whose rows these are
   * @param training whether it will come back
   * @param copy to the next layer's place
   */
  INDArray activate(
      INDArray x,
      Positions where,
      SaeParameters p,
      Variant variant,
      boolean training,
      UnaryOperator<INDArray> copy) {
    positions = where;
    forward = null;
    withoutLosses();
    if (where.count() == 0) {
      return copy.apply(where.activations(null, x.dataType(), conf.getNOut()));
    }
    Codes codes;
    INDArray rows;
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray given = where.rows(x);
      codes = training ? learning(given, p, variant) : only(given, p, variant);
      rows = isLatents() ? codes.toDense() : objective.decode(codes, given, p);
      closeUnless(given == x, given);
    }
    INDArray result = copy.apply(where.activations(rows, x.dataType(), conf.getNOut()));
    closeUnless(isLatents() && codes instanceof DenseCodes, rows); // the codes themselves
    if (!training) {
      codes.release();
    }
    return result;
  }

  private void withoutLosses() {
    penalty = SparsityPenalty.NONE;
    reconstruction = Objective.Reconstruction.NONE;
  }

  private void takeLosses(Forward pass, INDArray rows, SaeParameters p, Variant variant) {
    penalty = objective.penalty(pass, p, variant);
    reconstruction =
        objective.reconstruction(pass, rows, p, variant, conf.getReconstructionWeight());
  }

  private Codes learning(INDArray rows, SaeParameters p, Variant variant) {
    forward = objective.forward(rows, p, variant);
    takeLosses(forward, rows, p, variant);
    return forward.codes();
  }

  private Codes only(INDArray rows, SaeParameters p, Variant variant) {
    Forward pass = objective.inference(rows, p, variant);
    takeLosses(pass, rows, p, variant);
    reconstruction.release();
    return pass.only();
  }

  private static void closeUnless(boolean kept, INDArray array) {
    if (!kept && array.closeable()) {
      array.close();
    }
  }

  private boolean isLatents() {
    return conf.getOutput() == SaeLayer.Output.LATENTS;
  }

  /**
   * Sparsity and reconstruction loss of the last activations: a sum over an example's rows, mean
   * over examples.
   *
   * @param examples of which the rows were; 0 if the number is not known
   */
  double loss(int examples) {
    if (positions == null) {
      return 0;
    }
    return (penalty.value() + reconstruction.loss())
        * positions.count()
        / Math.max(1, examples > 0 ? examples : positions.examples());
  }

  /**
   * The gradient at the layer's input. After activations that nothing was to be learnt from it is
   * that of inference, without losses of its own: what DL4J's {@code FrozenLayerWithBackprop} asks
   * for.
   *
   * @param x the layer's input
   * @param epsilon the gradient at its output
   * @param gradients receives those of the parameters: sums over rows
   * @param copy to the place of the layer before
   */
  INDArray backward(
      INDArray x,
      INDArray epsilon,
      SaeParameters p,
      Variant variant,
      SaeParameters gradients,
      UnaryOperator<INDArray> copy) {
    if (positions == null) {
      throw new IllegalStateException("backpropGradient needs activate before it");
    }
    if (positions.count() == 0) {
      return copy.apply(positions.activations(null, epsilon.dataType(), conf.getNIn()));
    }
    INDArray rows;
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      if (forward == null) {
        forward = objective.inference(positions.rows(x), p, variant);
        withoutLosses();
      }
      INDArray dOutput = positions.rows(epsilon);
      rows = inputRows(dOutput == epsilon ? epsilon.dup('c') : dOutput, p, variant, gradients);
    }
    INDArray result = copy.apply(positions.activations(rows, epsilon.dataType(), conf.getNIn()));
    closeUnless(false, rows);
    return result;
  }

  private INDArray inputRows(
      INDArray dOutput, SaeParameters p, Variant variant, SaeParameters gradients) {
    Objective.Backward backward =
        objective.backward(
            forward,
            p,
            variant,
            isLatents() ? null : dOutput,
            isLatents() ? dOutput : null,
            penalty,
            reconstruction);
    backward.gradients().write(engine, p, gradients);
    backward.gradients().release(forward.codes());
    forward.codes().release();
    forward.pre().release();
    forward = null;
    return backward.dInput();
  }

  /** Whether the last activations had rows; without any there are no gradients. */
  boolean hasRows() {
    return positions.count() > 0;
  }
}
