package io.github.sae4j.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes the protobuf messages of onnx.proto that a small model needs, byte by byte. */
final class OnnxBytes {
  static final int FLOAT = 1;
  static final int INT64 = 7;

  private static final long OPSET = 17;

  private OnnxBytes() {}

  static byte[] model(byte[] graph) {
    byte[] opset = message(out -> out.writeInt64(2, OPSET));
    return message(
        out -> {
          out.writeInt64(1, 8);
          out.writeByteArray(8, opset);
          out.writeByteArray(7, graph);
        });
  }

  static byte[] graph(
      List<byte[]> nodes, List<byte[]> initializers, List<byte[]> inputs, List<byte[]> outputs) {
    return message(
        out -> {
          for (byte[] node : nodes) {
            out.writeByteArray(1, node);
          }
          out.writeString(2, "toy");
          for (byte[] initializer : initializers) {
            out.writeByteArray(5, initializer);
          }
          for (byte[] input : inputs) {
            out.writeByteArray(11, input);
          }
          for (byte[] output : outputs) {
            out.writeByteArray(12, output);
          }
        });
  }

  static byte[] node(String opType, List<String> inputs, String output, byte[]... attributes) {
    return message(
        out -> {
          for (String input : inputs) {
            out.writeString(1, input);
          }
          out.writeString(2, output);
          out.writeString(3, output + "_node");
          out.writeString(4, opType);
          for (byte[] attribute : attributes) {
            out.writeByteArray(5, attribute);
          }
        });
  }

  static byte[] intAttribute(String name, long value) {
    return message(
        out -> {
          out.writeString(1, name);
          out.writeInt64(3, value);
          out.writeEnum(20, 2);
        });
  }

  static byte[] graphAttribute(String name, byte[] graph) {
    return message(
        out -> {
          out.writeString(1, name);
          out.writeByteArray(6, graph);
          out.writeEnum(20, 5);
        });
  }

  static byte[] floats(String name, float[] values, long... dims) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return tensor(name, FLOAT, raw.array(), dims);
  }

  static byte[] longs(String name, long[] values, long... dims) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    return tensor(name, INT64, raw.array(), dims);
  }

  /** Returns a float32 tensor whose values are in another file that holds nothing else. */
  static byte[] externalFloats(String name, String file, long... dims) {
    byte[] location =
        message(
            out -> {
              out.writeString(1, "location");
              out.writeString(2, file);
            });
    return message(
        out -> {
          for (long dim : dims) {
            out.writeInt64(1, dim);
          }
          out.writeInt32(2, FLOAT);
          out.writeString(8, name);
          out.writeByteArray(13, location);
          out.writeEnum(14, 1);
        });
  }

  static byte[] tensor(String name, int type, byte[] raw, long... dims) {
    return message(
        out -> {
          for (long dim : dims) {
            out.writeInt64(1, dim);
          }
          out.writeInt32(2, type);
          out.writeString(8, name);
          out.writeByteArray(9, raw);
        });
  }

  /** Returns a graph input or output; each dimension is a number or a symbol. */
  static byte[] value(String name, int type, Object... dims) {
    byte[] shape =
        message(
            out -> {
              for (Object dim : dims) {
                out.writeByteArray(1, dimension(dim));
              }
            });
    byte[] tensorType =
        message(
            out -> {
              out.writeInt32(1, type);
              out.writeByteArray(2, shape);
            });
    return message(
        out -> {
          out.writeString(1, name);
          out.writeByteArray(2, message(inner -> inner.writeByteArray(1, tensorType)));
        });
  }

  private static byte[] dimension(Object dim) {
    return dim instanceof Number number
        ? message(out -> out.writeInt64(1, number.longValue()))
        : message(out -> out.writeBytes(2, ByteString.copyFromUtf8(dim.toString())));
  }

  private static byte[] message(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      writer.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @FunctionalInterface
  private interface Writer {
    void write(CodedOutputStream out) throws IOException;
  }
}
