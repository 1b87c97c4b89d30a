package io.github.sae4j.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.format.MalformedFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model in ONNX Runtime, cut down to the tensors to harvest. Every run uses only the calling
 * thread; runs may be concurrent.
 */
final class ModelSession implements Closeable {
  private final Path file;
  private final OrtEnvironment environment = OrtRuntime.environment();
  private final OrtSession session;
  private final List<TensorShape> tensors;

  /**
   * @param gpu where to run it; empty for the CPU
   * @throws IllegalArgumentException if the model needs inputs other than a text encoder's, or a
   *     tensor is unknown or not a float tensor {@code [batch, sequence, width]}
   * @throws MalformedFileException if ONNX Runtime cannot load the model
   */
  ModelSession(OnnxModelFile model, List<String> names, Optional<Gpu> gpu) throws IOException {
    this.file = model.file();
    TextInputs.requireIds(model);
    this.session = OrtModels.open(file, model.withOutputs(names), 1, gpu);
    try {
      TextInputs.requireFed(file, session, Set.of());
      this.tensors = shapes(names);
    } catch (OrtException e) {
      close();
      throw OrtModels.failed(file, e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Runs two texts of three tokens each to find the shapes of the tensors. */
  private List<TensorShape> shapes(List<String> names) throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      TextInputs.feed(environment, session, ProbedTensor.probe(), inputs);
      try (OrtSession.Result result = session.run(inputs)) {
        List<TensorShape> shapes = new ArrayList<>();
        for (String name : names) {
          shapes.add(new TensorShape(name, width(name, result.get(name).orElseThrow())));
        }
        return List.copyOf(shapes);
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private int width(String name, OnnxValue value) {
    ProbedTensor probed = ModelTensors.probed(name, value);
    if (!probed.isHarvestable()) {
      throw new IllegalArgumentException(
          "%s: tensor %s must hold floats [batch, sequence, width], but two texts of three tokens give %s"
              .formatted(file, name, probed.describe()));
    }
    return probed.width();
  }

  /** Returns the tensors, in the order in which they were requested. */
  List<TensorShape> tensors() {
    return tensors;
  }

  /**
   * Runs a batch.
   *
   * @return the values of each tensor, {@code [batch, sequence, width]}
   */
  List<FloatBuffer> run(PaddedBatch batch) throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      TextInputs.feed(environment, session, batch, inputs);
      try (OrtSession.Result result = session.run(inputs)) {
        List<FloatBuffer> values = new ArrayList<>();
        for (TensorShape tensor : tensors) {
          values.add(FloatTensors.values((OnnxTensor) result.get(tensor.name()).orElseThrow()));
        }
        return values;
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IOException(file + ": ONNX Runtime cannot close the model", e);
    }
  }
}
