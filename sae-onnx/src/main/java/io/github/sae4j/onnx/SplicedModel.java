package io.github.sae4j.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.github.sae4j.format.MalformedFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A model in two pieces: up to a tensor, and from that tensor on. Used from one thread. */
final class SplicedModel implements Closeable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OnnxModelFile model;
  private final String tensor;
  private final String output;
  private final OrtSession whole;
  private final OrtSession rest;

  /**
   * @param output one of the model's outputs
   * @throws IllegalArgumentException if the model cannot be cut at the tensor
   */
  SplicedModel(OnnxModelFile model, String tensor, String output) throws IOException {
    TextInputs.requireKnown(model);
    this.model = model;
    this.tensor = tensor;
    this.output = output;
    byte[] after = model.withInput(tensor, List.of(output));
    this.whole = open(model.withOutputs(List.of(tensor, output)));
    this.rest = open(after);
  }

  private OrtSession open(byte[] bytes) throws IOException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      environment.setTelemetry(false);
      options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path",
          String.valueOf(model.file().toAbsolutePath().getParent()));
      return environment.createSession(bytes, options);
    } catch (OrtException e) {
      throw new MalformedFileException(
          model.file(), -1, "ONNX Runtime cannot load the model: " + e.getMessage());
    }
  }

  /** The model as it is. */
  ModelValues run(PaddedBatch batch) throws IOException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      TextInputs.feed(environment, whole, batch, inputs);
      try (OrtSession.Result result = whole.run(inputs)) {
        OnnxTensor inner = floats(result, tensor);
        long[] shape = inner.getInfo().getShape();
        if (shape.length != 3 || shape[0] != batch.texts() || shape[1] != batch.length()) {
          throw new IllegalArgumentException(
              "%s: tensor %s must be [batch, sequence, width], found %s"
                  .formatted(model.file(), tensor, Arrays.toString(shape)));
        }
        OnnxTensor last = floats(result, output);
        return new ModelValues(values(inner), values(last), last.getInfo().getShape());
      }
    } catch (OrtException e) {
      throw failed(e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /**
   * The output for other activations.
   *
   * @param activations {@code [texts, length, width]}
   */
  float[] run(PaddedBatch batch, float[] activations) throws IOException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      TextInputs.feed(environment, rest, batch, inputs);
      long cells = (long) batch.texts() * batch.length();
      long[] shape = {batch.texts(), batch.length(), activations.length / cells};
      inputs.put(
          tensor, OnnxTensor.createTensor(environment, FloatBuffer.wrap(activations), shape));
      try (OrtSession.Result result = rest.run(inputs)) {
        return values(floats(result, output));
      }
    } catch (OrtException e) {
      throw failed(e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor floats(OrtSession.Result result, String name) {
    boolean isFloat =
        result.get(name).orElse(null) instanceof OnnxTensor found
            && found.getInfo().type == OnnxJavaType.FLOAT;
    if (!isFloat) {
      throw new IllegalArgumentException(
          "%s: %s must be a tensor of float32".formatted(model.file(), name));
    }
    return (OnnxTensor) result.get(name).orElseThrow();
  }

  private static float[] values(OnnxTensor tensor) {
    FloatBuffer buffer = tensor.getFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private MalformedFileException failed(OrtException e) {
    return new MalformedFileException(
        model.file(), -1, "the model cannot be run: " + e.getMessage());
  }

  @Override
  public void close() throws IOException {
    try {
      whole.close();
      rest.close();
    } catch (OrtException e) {
      throw new IOException(model.file() + ": ONNX Runtime cannot close the model", e);
    }
  }
}
