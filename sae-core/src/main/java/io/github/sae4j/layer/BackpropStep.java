package io.github.sae4j.layer;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.nd4j.DenseCodes;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.variant.Forward;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.SparsityPenalty;
import io.github.sae4j.variant.Variant;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A layer's forward and backward pass within a network, with the state kept between them. Arrays
 * passed to neighbouring layers are copies in the workspace where the neighbour expects them; all
 * others are outside workspaces and freed right after use.
 */
final class BackpropStep {
  private final SaeLayer conf;
  private final Engine engine;
  private final Objective objective;
  private Positions positions; // from the last activations
  private Forward forward; // null if no backward pass follows
  private SparsityPenalty penalty = SparsityPenalty.NONE;
  private Objective.Reconstruction reconstruction = Objective.Reconstruction.NONE;

  BackpropStep(SaeLayer conf, Engine engine, Objective objective) {
    this.conf = conf;
    this.engine = engine;
    this.objective = objective;
  }

  /**
   * Computes the next layer's input.
   *
   * @param x the input array
   * @param training whether a backward pass follows
   * @param copy copies an array to the next layer's workspace
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
      rows =
          isLatents()
              ? NdCodes.matrix(codes)
              : NdTensor.array(objective.decode(codes, NdTensor.of(given), p.weights()));
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
    penalty = objective.penalty(pass, p.weights(), variant);
    reconstruction =
        objective.reconstruction(
            pass, NdTensor.of(rows), p.weights(), variant, conf.getReconstructionWeight());
  }

  private Codes learning(INDArray rows, SaeParameters p, Variant variant) {
    forward = objective.forward(NdTensor.of(rows), p.weights(), variant);
    takeLosses(forward, rows, p, variant);
    return forward.codes();
  }

  private Codes only(INDArray rows, SaeParameters p, Variant variant) {
    Forward pass = objective.inference(NdTensor.of(rows), p.weights(), variant);
    takeLosses(pass, rows, p, variant);
    reconstruction.release();
    return pass.only(engine);
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
   * Returns the sparsity and reconstruction loss of the last activations, summed over an example's
   * rows and averaged over examples.
   *
   * @param examples number of examples in the batch; 0 if unknown
   */
  double loss(int examples) {
    if (positions == null) {
      return 0;
    }
    return (penalty.value().get() + reconstruction.loss().get())
        * positions.count()
        / Math.max(1, examples > 0 ? examples : positions.examples());
  }

  /**
   * Returns the gradient at the layer's input. After an inference pass, it is the gradient of
   * inference without the layer's own losses, as DL4J's {@code FrozenLayerWithBackprop} needs.
   *
   * @param x the layer's input
   * @param epsilon the gradient at its output
   * @param gradients receives the gradients of the parameters, summed over rows
   * @param copy copies an array to the previous layer's workspace
   */
  INDArray backward(
      INDArray x,
      INDArray epsilon,
      SaeParameters p,
      Variant variant,
      SaeParameters gradients,
      UnaryOperator<INDArray> copy) {
    if (positions == null) {
      throw new IllegalStateException("backpropGradient must be called after activate");
    }
    if (positions.count() == 0) {
      return copy.apply(positions.activations(null, epsilon.dataType(), conf.getNIn()));
    }
    INDArray rows;
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      if (forward == null) {
        forward = objective.inference(NdTensor.of(positions.rows(x)), p.weights(), variant);
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
            p.weights(),
            variant,
            isLatents() ? null : NdTensor.of(dOutput),
            isLatents() ? NdTensor.of(dOutput) : null,
            penalty,
            reconstruction);
    backward.gradients().write(engine, p.weights(), gradients.weights());
    backward.gradients().release(forward.codes());
    forward.codes().release();
    forward.pre().release();
    forward = null;
    return NdTensor.array(backward.dInput());
  }

  /** Returns whether the last activations had any rows; without rows, there are no gradients. */
  boolean hasRows() {
    return positions.count() > 0;
  }
}
