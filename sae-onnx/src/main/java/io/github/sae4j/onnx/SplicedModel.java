package io.github.sae4j.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.sae4j.cuda.driver.Gpu;
import java.io.Closeable;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model cut in two at a tensor: the part that computes it and the part that uses it. Not
 * thread-safe.
 */
final class SplicedModel implements Closeable {
  private final OrtEnvironment environment = OrtRuntime.environment();
  private final OnnxModelFile model;
  private final String tensor;
  private final String output;
  private final OnnxJavaType type;
  private final OrtSession whole;
  private final OrtSession rest;

  /**
   * @param output one of the model's outputs
   * @param gpu where to run both parts; empty for the CPU
   * @throws IllegalArgumentException if the model cannot be cut at the tensor
   */
  SplicedModel(OnnxModelFile model, String tensor, String output, Optional<Gpu> gpu)
      throws IOException {
    TextInputs.requireIds(model);
    this.model = model;
    this.tensor = tensor;
    this.output = output;
    int threads = Runtime.getRuntime().availableProcessors();
    model.requireInput(tensor, List.of(output));
    this.whole =
        OrtModels.open(model.file(), model.withOutputs(List.of(tensor, output)), threads, gpu);
    try {
      TextInputs.requireFed(model.file(), whole, Set.of());
      this.type = floatType();
      byte[] after = model.withInput(tensor, FloatTensors.elementType(type), List.of(output));
      this.rest = OrtModels.open(model.file(), after, threads, gpu);
    } catch (OrtException e) {
      close(whole);
      throw OrtModels.failed(model.file(), e);
    } catch (IOException | RuntimeException e) {
      close(whole);
      throw e;
    }
  }

  private OnnxJavaType floatType() throws OrtException {
    NodeInfo inner = whole.getOutputInfo().get(tensor);
    if (inner == null
        || !(inner.getInfo() instanceof TensorInfo info)
        || !FloatTensors.isFloat(info.type)) {
      throw notFloats(tensor);
    }
    return info.type;
  }

  /**
   * Returns the width of the tensor's rows.
   *
   * @throws IllegalArgumentException if the tensor is not {@code [batch, sequence, width]}
   */
  int width() throws IOException {
    PaddedBatch probe = ProbedTensor.probe();
    return run(probe).activations().length / (probe.texts() * probe.length());
  }

  /** Runs the unchanged model. */
  ModelValues run(PaddedBatch batch) throws IOException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      TextInputs.feed(environment, whole, batch, inputs);
      try (OrtSession.Result result = whole.run(inputs)) {
        OnnxTensor inner = floats(result, tensor);
        requireRows(tensor, inner, batch, true);
        OnnxTensor last = floats(result, output);
        requireRows(output, last, batch, false);
        return new ModelValues(values(inner), values(last), last.getInfo().getShape());
      }
    } catch (OrtException e) {
      throw OrtModels.failed(model.file(), e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private void requireRows(String name, OnnxTensor found, PaddedBatch batch, boolean ofTokens) {
    long[] shape = found.getInfo().getShape();
    boolean tokens = shape.length == 3 && shape[0] == batch.texts() && shape[1] == batch.length();
    boolean texts = shape.length == 2 && shape[0] == batch.texts();
    if (!tokens && (ofTokens || !texts)) {
      throw new IllegalArgumentException(
          "%s: %s must be [batch, sequence, width]%s, found %s"
              .formatted(
                  model.file(),
                  name,
                  ofTokens ? "" : " or [batch, width]",
                  Arrays.toString(shape)));
    }
  }

  /**
   * Returns the output for other activations.
   *
   * @param activations {@code [texts, length, width]}
   */
  float[] run(PaddedBatch batch, float[] activations) throws IOException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      TextInputs.feed(environment, rest, batch, inputs);
      long cells = (long) batch.texts() * batch.length();
      long[] shape = {batch.texts(), batch.length(), activations.length / cells};
      inputs.put(tensor, FloatTensors.of(environment, activations, shape, type));
      try (OrtSession.Result result = rest.run(inputs)) {
        return values(floats(result, output));
      }
    } catch (OrtException e) {
      throw OrtModels.failed(model.file(), e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor floats(OrtSession.Result result, String name) {
    if (result.get(name).orElse(null) instanceof OnnxTensor found
        && FloatTensors.isFloat(found.getInfo().type)) {
      return found;
    }
    throw notFloats(name);
  }

  private IllegalArgumentException notFloats(String name) {
    return new IllegalArgumentException(
        "%s: %s must be a tensor of floats".formatted(model.file(), name));
  }

  private static float[] values(OnnxTensor tensor) {
    FloatBuffer buffer = FloatTensors.values(tensor);
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private void close(OrtSession session) throws IOException {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IOException(model.file() + ": ONNX Runtime could not close the model", e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      close(whole);
    } finally {
      close(rest);
    }
  }
}
