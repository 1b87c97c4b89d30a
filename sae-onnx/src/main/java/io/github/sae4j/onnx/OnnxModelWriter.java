package io.github.sae4j.onnx;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.github.sae4j.onnx.OnnxGraph.Field;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Assembles parts of a model's bytes into a new model. */
final class OnnxModelWriter {
  private final byte[] source;
  private final List<Piece> graph = new ArrayList<>();

  /** Bytes {@code [start, end)} of an array. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Piece(byte[] bytes, int start, int end) {}

  /** Writes one message. */
  @FunctionalInterface
  interface Message {
    void write(CodedOutputStream out) throws IOException;
  }

  OnnxModelWriter(byte[] source) {
    this.source = source;
  }

  /** Copies a field of the source's graph. */
  void graphField(Field field) {
    graph.add(new Piece(source, field.start(), field.end()));
  }

  /** Adds a field to the graph. */
  void graphField(int number, Message message) {
    byte[] bytes = bytes(out -> out.writeByteArray(number, bytes(message)));
    graph.add(new Piece(bytes, 0, bytes.length));
  }

  /** Adds an output whose type and shape the reader must infer. */
  void graphOutput(String name) {
    graphField(
        OnnxGraphReader.GRAPH_OUTPUT, out -> out.writeString(OnnxGraphReader.VALUE_NAME, name));
  }

  /**
   * Adds an input of any shape.
   *
   * @param elementType element type as in onnx.proto's {@code TensorProto.DataType}
   */
  void graphInput(String name, int elementType) {
    byte[] tensorType = bytes(out -> out.writeInt32(1, elementType));
    byte[] type = bytes(out -> out.writeByteArray(1, tensorType));
    graphField(
        OnnxGraphReader.GRAPH_INPUT,
        out -> {
          out.writeString(OnnxGraphReader.VALUE_NAME, name);
          out.writeByteArray(OnnxGraphReader.VALUE_TYPE, type);
        });
  }

  /** Writes a StringStringEntryProto that names the file of a weight. */
  static byte[] entry(String location) {
    return bytes(
        out -> {
          out.writeString(OnnxGraphReader.ENTRY_KEY, OnnxGraphReader.LOCATION);
          out.writeString(OnnxGraphReader.ENTRY_VALUE, location);
        });
  }

  /** Returns the new model, which keeps these fields of the source in addition to its graph. */
  byte[] model(List<Field> modelFields) {
    int graphSize = graph.stream().mapToInt(piece -> piece.end() - piece.start()).sum();
    int othersSize = modelFields.stream().mapToInt(field -> field.end() - field.start()).sum();
    int graphTag = CodedOutputStream.computeTagSize(OnnxGraphReader.MODEL_GRAPH);
    int lengthSize = CodedOutputStream.computeUInt32SizeNoTag(graphSize);
    byte[] model = new byte[othersSize + graphTag + lengthSize + graphSize];
    CodedOutputStream out = CodedOutputStream.newInstance(model);
    try {
      for (Field field : modelFields) {
        out.writeRawBytes(source, field.start(), field.end() - field.start());
      }
      out.writeTag(OnnxGraphReader.MODEL_GRAPH, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(graphSize);
      for (Piece piece : graph) {
        out.writeRawBytes(piece.bytes(), piece.start(), piece.end() - piece.start());
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot happen: the array has the computed size", e);
    }
    return model;
  }

  private static byte[] bytes(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      message.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot happen: memory accepts all bytes", e);
    }
    return bytes.toByteArray();
  }
}
