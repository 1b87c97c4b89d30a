package io.github.sae4j.onnx;

import com.google.protobuf.CodedOutputStream;
import io.github.sae4j.onnx.OnnxGraph.Field;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Puts parts of a model's bytes together into a new model. */
final class OnnxModelWriter {
  /** TypeProto { tensor_type { elem_type: FLOAT } }, of any shape. */
  private static final byte[] FLOAT_TENSOR = {0x0a, 2, 0x08, 1};

  private final byte[] source;
  private final List<Field> graphFields = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private final List<String> floatInputs = new ArrayList<>();

  OnnxModelWriter(byte[] source) {
    this.source = source;
  }

  /** Copies a field of the source's graph. */
  void graphField(Field field) {
    graphFields.add(field);
  }

  /** Adds an output whose type and shape are left for the reader to infer. */
  void graphOutput(String name) {
    outputs.add(name);
  }

  /** Adds an input of floats of any shape. */
  void floatInput(String name) {
    floatInputs.add(name);
  }

  /** The new model, which takes over these fields of the source besides its graph. */
  byte[] model(List<Field> modelFields) {
    int graphSize = size(graphFields);
    for (String name : outputs) {
      graphSize += outputSize(name);
    }
    for (String name : floatInputs) {
      int length = floatValueSize(name);
      graphSize +=
          CodedOutputStream.computeTagSize(OnnxGraphReader.GRAPH_INPUT)
              + CodedOutputStream.computeUInt32SizeNoTag(length)
              + length;
    }
    int graphTag = CodedOutputStream.computeTagSize(OnnxGraphReader.MODEL_GRAPH);
    int lengthSize = CodedOutputStream.computeUInt32SizeNoTag(graphSize);
    byte[] model = new byte[size(modelFields) + graphTag + lengthSize + graphSize];
    CodedOutputStream out = CodedOutputStream.newInstance(model);
    try {
      copy(modelFields, out);
      writeMessageStart(OnnxGraphReader.MODEL_GRAPH, graphSize, out);
      copy(graphFields, out);
      for (String name : outputs) {
        int length = CodedOutputStream.computeStringSize(OnnxGraphReader.VALUE_NAME, name);
        writeMessageStart(OnnxGraphReader.GRAPH_OUTPUT, length, out);
        out.writeString(OnnxGraphReader.VALUE_NAME, name);
      }
      for (String name : floatInputs) {
        writeMessageStart(OnnxGraphReader.GRAPH_INPUT, floatValueSize(name), out);
        out.writeString(OnnxGraphReader.VALUE_NAME, name);
        out.writeByteArray(OnnxGraphReader.VALUE_TYPE, FLOAT_TENSOR);
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot happen: the array has the computed size", e);
    }
    return model;
  }

  private static int floatValueSize(String name) {
    return CodedOutputStream.computeStringSize(OnnxGraphReader.VALUE_NAME, name)
        + CodedOutputStream.computeByteArraySize(OnnxGraphReader.VALUE_TYPE, FLOAT_TENSOR);
  }

  private static int outputSize(String name) {
    int length = CodedOutputStream.computeStringSize(OnnxGraphReader.VALUE_NAME, name);
    return CodedOutputStream.computeTagSize(OnnxGraphReader.GRAPH_OUTPUT)
        + CodedOutputStream.computeUInt32SizeNoTag(length)
        + length;
  }

  private static int size(List<Field> fields) {
    return fields.stream().mapToInt(field -> field.end() - field.start()).sum();
  }

  private static void writeMessageStart(int number, int length, CodedOutputStream out)
      throws IOException {
    out.writeTag(number, 2);
    out.writeUInt32NoTag(length);
  }

  private void copy(List<Field> fields, CodedOutputStream out) throws IOException {
    for (Field field : fields) {
      out.writeRawBytes(source, field.start(), field.end() - field.start());
    }
  }
}
