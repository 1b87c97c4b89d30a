package io.github.sae4j.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Map;

/** Converts floating-point tensors of any precision to float32 and back. */
final class FloatTensors {
  /** The types and their numbers in {@code TensorProto.DataType} of onnx.proto. */
  private static final Map<OnnxJavaType, Integer> ELEMENT_TYPES =
      Map.of(
          OnnxJavaType.FLOAT, 1,
          OnnxJavaType.FLOAT16, 10,
          OnnxJavaType.DOUBLE, 11,
          OnnxJavaType.BFLOAT16, 16);

  private FloatTensors() {}

  /** Whether this is a floating-point type that can be read. */
  static boolean isFloat(OnnxJavaType type) {
    return ELEMENT_TYPES.containsKey(type);
  }

  /** Returns the type's number in onnx.proto. */
  static int elementType(OnnxJavaType type) {
    return ELEMENT_TYPES.get(type);
  }

  /** Returns the values, exactly unless they are float64, which is rounded. */
  static FloatBuffer values(OnnxTensor tensor) {
    if (tensor.getInfo().type != OnnxJavaType.DOUBLE) {
      return tensor.getFloatBuffer();
    }
    DoubleBuffer doubles = tensor.getDoubleBuffer();
    FloatBuffer floats = FloatBuffer.allocate(doubles.remaining());
    while (doubles.hasRemaining()) {
      floats.put((float) doubles.get());
    }
    return floats.flip();
  }

  /** Creates a tensor of these values, rounded to its type. */
  static OnnxTensor of(OrtEnvironment environment, float[] values, long[] shape, OnnxJavaType type)
      throws OrtException {
    FloatBuffer floats = FloatBuffer.wrap(values);
    return switch (type) {
      case FLOAT16 ->
          OnnxTensor.createTensor(
              environment, Fp16Conversions.convertFloatBufferToFp16Buffer(floats), shape, type);
      case BFLOAT16 ->
          OnnxTensor.createTensor(
              environment, Fp16Conversions.convertFloatBufferToBf16Buffer(floats), shape, type);
      case DOUBLE -> {
        DoubleBuffer doubles = DoubleBuffer.allocate(values.length);
        for (float value : values) {
          doubles.put(value);
        }
        yield OnnxTensor.createTensor(environment, doubles.flip(), shape);
      }
      default -> OnnxTensor.createTensor(environment, floats, shape);
    };
  }
}
