package io.github.sae4j;

import io.github.sae4j.dictionary.DeviceWeights;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.DeviceEngine;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.nd4j.DenseCodes;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.Variant;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A dictionary in the memory of a device. Its weights are copied there once; rows go there batch by
 * batch, and codes and reconstructions come back. One batch at a time.
 */
final class DeviceDictionary implements AutoCloseable {
  private final DeviceEngine engine;
  private final Objective objective;
  private final Variant variant;
  private final DeviceWeights weights;
  private Selection rule; // may hold numbers of the weights

  /** Copies the weights; closes the engine if that fails, and with itself. */
  DeviceDictionary(DeviceEngine engine, SaeParameters parameters, Variant variant) {
    this.engine = engine;
    this.objective = new Objective(engine);
    this.variant = variant;
    try {
      this.weights = DeviceWeights.copyOf(parameters, engine);
      this.rule = variant.inference(weights.weights());
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
    engine.freeze(weights.weights().encoder());
  }

  /** Copies the weights again, after they have changed. */
  synchronized void upload(SaeParameters parameters) {
    weights.upload(parameters);
    rule = variant.inference(weights.weights());
    engine.release();
  }

  /** Encodes rows {@code [rows, nIn]}; the codes are on the heap, or a matrix of ND4J. */
  synchronized Codes encode(INDArray rows) {
    try (Engine.Scope ignored = engine.step();
        Tensor x = sent(NdTensor.of(rows))) {
      Codes codes = objective.inference(x, weights.weights(), variant, rule).only(engine);
      Optional<SparseCodes> sparse = engine.toHeap(codes);
      return sparse.isPresent() ? sparse.get() : new DenseCodes(fetched(engine.matrix(codes)));
    }
  }

  /**
   * Reconstructs rows, {@code [rows, nOut]}.
   *
   * @param xOrNull the rows, which only a skip connection needs
   */
  synchronized INDArray decode(Codes codes, INDArray xOrNull) {
    try (Engine.Scope ignored = engine.step()) {
      Codes sent =
          codes instanceof DenseCodes dense
              ? engine.everyEntry(sent(NdTensor.of(dense.matrix())))
              : codes;
      Tensor x = xOrNull == null ? null : sent(NdTensor.of(xOrNull));
      return fetched(objective.decode(sent, x, weights.weights()));
    }
  }

  private Tensor sent(Tensor host) {
    Tensor copy = engine.undefined(host.rows(), host.width(), weights.weights().bEnc());
    Tensor.copy(host, copy);
    return copy;
  }

  private static INDArray fetched(Tensor tensor) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray copy =
          Nd4j.createUninitialized(DataType.FLOAT, new long[] {tensor.rows(), tensor.width()}, 'c');
      Tensor.copy(tensor, NdTensor.of(copy));
      return copy;
    }
  }

  /** Frees the device. */
  @Override
  public synchronized void close() {
    weights.close();
    engine.close();
  }
}
