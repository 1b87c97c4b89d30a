package io.github.sae4j.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.sae4j.format.MalformedFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model in ONNX Runtime, cut down to the tensors to harvest. Every run uses one thread, the
 * caller's; runs may go on at the same time.
 */
final class ModelSession implements Closeable {
  private final Path file;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final List<TensorShape> tensors;

  /**
   * @throws IllegalArgumentException if the model wants other inputs than a text encoder's, or a
   *     tensor is unknown or is not float32 {@code [batch, sequence, width]}
   * @throws MalformedFileException if ONNX Runtime cannot load the model
   */
  ModelSession(OnnxModelFile model, List<String> names) throws IOException {
    this.file = model.file();
    TextInputs.requireKnown(model);
    byte[] bytes = model.withOutputs(names);
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      environment.setTelemetry(false);
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.addConfigEntry("session.model_external_initializers_file_folder_path", folder());
      this.session = environment.createSession(bytes, options);
    } catch (OrtException e) {
      throw new MalformedFileException(
          file, -1, "ONNX Runtime cannot load the model: " + e.getMessage());
    }
    try {
      requireInt64Inputs();
      this.tensors = shapes(names);
    } catch (OrtException e) {
      close();
      throw new MalformedFileException(file, -1, "the model cannot be run: " + e.getMessage());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private String folder() {
    return String.valueOf(file.toAbsolutePath().getParent());
  }

  private void requireInt64Inputs() throws OrtException {
    for (NodeInfo input : session.getInputInfo().values()) {
      if (!(input.getInfo() instanceof TensorInfo info) || info.type != OnnxJavaType.INT64) {
        throw new IllegalArgumentException(
            file + ": input " + input.getName() + " must be int64, but is " + input.getInfo());
      }
    }
  }

  /** Runs two texts of three tokens each to see what comes out. */
  private List<TensorShape> shapes(List<String> names) throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      TextInputs.feed(environment, session, new PaddedBatch(2, 3), inputs);
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
    if (!(value instanceof OnnxTensor tensor)) {
      throw new IllegalArgumentException(
          file + ": " + name + " is no tensor, but " + value.getType());
    }
    TensorInfo info = tensor.getInfo();
    long[] shape = info.getShape();
    if (info.type != OnnxJavaType.FLOAT
        || shape.length != 3
        || shape[0] != 2
        || shape[1] != 3
        || shape[2] < 1) {
      throw new IllegalArgumentException(
          String.format(
              "%s: tensor %s must be FLOAT [batch, sequence, width], "
                  + "but two texts of three tokens give %s %s",
              file, name, info.type, Arrays.toString(shape)));
    }
    return Math.toIntExact(shape[2]);
  }

  /** The tensors, in the order they were asked for. */
  List<TensorShape> tensors() {
    return tensors;
  }

  /**
   * Runs a batch.
   *
   * @return for each tensor its values {@code [batch, sequence, width]}
   */
  List<FloatBuffer> run(PaddedBatch batch) throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      TextInputs.feed(environment, session, batch, inputs);
      try (OrtSession.Result result = session.run(inputs)) {
        List<FloatBuffer> values = new ArrayList<>();
        for (TensorShape tensor : tensors) {
          values.add(((OnnxTensor) result.get(tensor.name()).orElseThrow()).getFloatBuffer());
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
