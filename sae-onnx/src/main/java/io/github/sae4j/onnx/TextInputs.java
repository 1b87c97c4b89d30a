package io.github.sae4j.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The inputs of a text model: token indices, mask, segments and positions as int64 or int32; the
 * mask may also be bool or floats of 0 and 1. A decoder's past is empty.
 */
final class TextInputs {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";
  private static final String POSITIONS = "position_ids";
  private static final Set<String> KNOWN = Set.of(IDS, MASK, TYPES, POSITIONS);

  private static final String PAST = "past_key_values.";
  private static final String USE_CACHE = "use_cache_branch";

  private TextInputs() {}

  /**
   * Whether the model can tell padding from text, so that texts of different lengths can be
   * batched.
   */
  static boolean hasMask(OnnxModelFile model) {
    return model.inputs().contains(MASK);
  }

  /** Rejects a model that does not read tokens. */
  static void requireIds(OnnxModelFile model) {
    if (!model.inputs().contains(IDS)) {
      throw new IllegalArgumentException(
          model.file() + " has no input " + IDS + "; its inputs are " + model.inputs());
    }
  }

  /**
   * Rejects a model that needs an input that a text does not provide.
   *
   * @param others inputs that are fed separately
   */
  static void requireFed(Path file, OrtSession session, Set<String> others) throws OrtException {
    for (NodeInfo input : session.getInputInfo().values()) {
      if (!others.contains(input.getName())) {
        requireFed(file, input);
      }
    }
  }

  private static void requireFed(Path file, NodeInfo input) {
    String name = input.getName();
    if (!(input.getInfo() instanceof TensorInfo info)) {
      throw new IllegalArgumentException(
          "%s: input %s is not a tensor but %s".formatted(file, name, input.getInfo()));
    }
    if (isPast(name, info) || isUseCache(name, info)) {
      return;
    }
    if (!KNOWN.contains(name)) {
      throw new IllegalArgumentException(
          file
              + " needs the input "
              + name
              + ", which a text does not provide; known inputs are "
              + List.of(IDS, MASK, TYPES, POSITIONS));
    }
    boolean fits =
        switch (info.type) {
          case INT64, INT32 -> true;
          case BOOL, FLOAT, FLOAT16, DOUBLE -> name.equals(MASK);
          default -> false;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "%s: input %s must be int64 or int32, but is %s".formatted(file, name, info.type));
    }
    long[] shape = info.getShape();
    if (shape.length != 2 || shape[0] >= 0 || shape[1] >= 0) {
      throw new IllegalArgumentException(
          "%s: input %s must be [batch, sequence], both of any size, but is %s: export the model with dynamic axes"
              .formatted(file, name, Arrays.toString(shape)));
    }
  }

  /** Returns the keys or values of the tokens before the text, of which there are none. */
  private static boolean isPast(String name, TensorInfo info) {
    long[] shape = info.getShape();
    return name.startsWith(PAST)
        && FloatTensors.isFloat(info.type)
        && shape.length == 4
        && shape[1] > 0
        && shape[3] > 0;
  }

  private static boolean isUseCache(String name, TensorInfo info) {
    return name.equals(USE_CACHE) && info.type == OnnxJavaType.BOOL;
  }

  /** Adds a tensor for each of the session's inputs that belongs to a text model. */
  static void feed(
      OrtEnvironment environment,
      OrtSession session,
      PaddedBatch batch,
      Map<String, OnnxTensor> inputs)
      throws OrtException {
    for (NodeInfo input : session.getInputInfo().values()) {
      String name = input.getName();
      TensorInfo info = (TensorInfo) input.getInfo();
      if (isPast(name, info)) {
        long[] shape = {batch.texts(), info.getShape()[1], 0, info.getShape()[3]};
        inputs.put(name, FloatTensors.of(environment, new float[0], shape, info.type));
      } else if (isUseCache(name, info)) {
        inputs.put(name, OnnxTensor.createTensor(environment, new boolean[] {false}));
      } else if (KNOWN.contains(name)) {
        inputs.put(name, tensor(environment, values(name, batch), batch, info.type));
      }
    }
  }

  private static long[] values(String name, PaddedBatch batch) {
    return switch (name) {
      case IDS -> batch.ids();
      case MASK -> batch.mask();
      case TYPES -> batch.typeIds();
      default -> batch.positions();
    };
  }

  private static OnnxTensor tensor(
      OrtEnvironment environment, long[] values, PaddedBatch batch, OnnxJavaType type)
      throws OrtException {
    long[] shape = {batch.texts(), batch.length()};
    return switch (type) {
      case INT64 -> OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
      case INT32 -> {
        int[] ints = LongStream.of(values).mapToInt(Math::toIntExact).toArray();
        yield OnnxTensor.createTensor(environment, IntBuffer.wrap(ints), shape);
      }
      case BOOL -> {
        ByteBuffer bytes = ByteBuffer.allocateDirect(values.length);
        LongStream.of(values).forEach(value -> bytes.put((byte) value));
        yield OnnxTensor.createTensor(environment, bytes.flip(), shape, type);
      }
      default -> {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = values[i];
        }
        yield FloatTensors.of(environment, floats, shape, type);
      }
    };
  }
}
