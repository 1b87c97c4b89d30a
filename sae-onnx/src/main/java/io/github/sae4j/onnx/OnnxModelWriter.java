package io.github.sae4j.onnx;

import com.google.protobuf.CodedOutputStream;
import io.github.sae4j.onnx.OnnxGraph.Field;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Puts parts of a model's bytes together into a new model. */
final class OnnxModelWriter {
  private final byte[] source;
  private final List<Field> graphFields = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();

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

  /** The new model, which takes over these fields of the source besides its graph. */
  byte[] model(List<Field> modelFields) {
    int graphSize = size(graphFields);
    for (String name : outputs) {
      graphSize += outputSize(name);
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
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot happen: the array has the computed size", e);
    }
    return model;
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
