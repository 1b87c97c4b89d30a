package io.github.sae4j.layer;

import io.github.sae4j.engine.Engine;
import io.github.sae4j.variant.Forward;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.SparsityPenalty;
import io.github.sae4j.variant.Variant;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a layer does and remembers between its neighbours: forward, and back again. */
final class InNetwork {
  private final SaeLayer conf;
  private final Engine engine;
  private final Objective objective;
  private Positions positions; // of the last activations
  private Forward forward; // null where nothing is to be learnt from them
  private SparsityPenalty penalty = SparsityPenalty.NONE;

  InNetwork(SaeLayer conf, Engine engine, Objective objective) {
    this.conf = conf;
    this.engine = engine;
    this.objective = objective;
  }

  /**
   * What goes on to the next layer, outside of workspaces.
   *
   * @param x the array whose rows these are
   * @param training whether it will come back
   */
  INDArray activate(
      INDArray x, Positions where, SaeParameters p, Variant variant, boolean training) {
    positions = where;
    forward = null;
    penalty = SparsityPenalty.NONE;
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray rows = where.count() == 0 ? null : outputRows(where.rows(x), p, variant, training);
      return where.activations(rows, x.dataType(), conf.getNOut());
    }
  }

  private INDArray outputRows(INDArray x, SaeParameters p, Variant variant, boolean training) {
    Forward pass = training ? objective.forward(x, p, variant) : objective.inference(x, p, variant);
    penalty = objective.penalty(pass, p, variant);
    forward = training ? pass : null;
    return isLatents() ? pass.codes().toDense() : objective.decode(pass.codes(), x, p);
  }

  private boolean isLatents() {
    return conf.getOutput() == SaeLayer.Output.LATENTS;
  }

  /**
   * The sparsity loss of the last activations: a sum over an example's rows, mean over examples.
   */
  double penalty() {
    return positions == null ? 0 : penalty.value() * positions.count() / positions.examples();
  }

  /**
   * The gradient at the layer's input, outside of workspaces.
   *
   * @param epsilon that at its output
   * @param gradients receives those of the parameters: sums over rows
   * @throws IllegalStateException if there was no forward pass for it
   */
  INDArray backward(INDArray epsilon, SaeParameters p, Variant variant, SaeParameters gradients) {
    if (positions == null || (forward == null && positions.count() > 0)) {
      throw new IllegalStateException("backpropGradient needs activate(true, …) before it");
    }
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray rows =
          positions.count() == 0 ? null : inputRows(positions.rows(epsilon), p, variant, gradients);
      return positions.activations(rows, epsilon.dataType(), conf.getNIn());
    }
  }

  private INDArray inputRows(
      INDArray epsilon, SaeParameters p, Variant variant, SaeParameters gradients) {
    INDArray dOutput = epsilon.dup('c');
    Objective.Backward backward =
        objective.backward(
            forward,
            p,
            variant,
            isLatents() ? null : dOutput,
            isLatents() ? dOutput : null,
            penalty);
    backward.gradients().write(engine, p, gradients);
    backward.gradients().release(forward.codes());
    forward = null;
    return backward.dInput();
  }

  /** Whether the last activations had rows; without any there are no gradients. */
  boolean hasRows() {
    return positions.count() > 0;
  }
}
