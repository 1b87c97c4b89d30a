package io.github.sae4j.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.github.sae4j.onnx.OnnxGraph.Field;
import io.github.sae4j.onnx.OnnxGraph.Initializer;
import io.github.sae4j.onnx.OnnxGraph.Node;
import io.github.sae4j.onnx.OnnxGraph.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Walks the protobuf bytes of an ONNX model. Only names, operator types and dimensions are decoded;
 * weights are skipped, so a large model takes no more memory than its bytes.
 */
final class OnnxGraphReader {
  static final int MODEL_GRAPH = 7;
  static final int GRAPH_NODE = 1;
  static final int GRAPH_INITIALIZER = 5;
  static final int GRAPH_INPUT = 11;
  static final int GRAPH_OUTPUT = 12;
  static final int VALUE_NAME = 1;
  static final int VALUE_TYPE = 2;

  private static final int NODE_INPUT = 1;
  private static final int NODE_OUTPUT = 2;
  private static final int NODE_OP_TYPE = 4;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_TENSOR = 5;
  private static final int ATTRIBUTE_GRAPH = 6;
  private static final int ATTRIBUTE_TENSORS = 10;
  private static final int ATTRIBUTE_GRAPHS = 11;
  private static final int TENSOR_DIMS = 1;
  private static final int TENSOR_NAME = 8;
  static final int TENSOR_EXTERNAL_DATA = 13;
  private static final int TENSOR_DATA_LOCATION = 14;
  private static final int EXTERNAL = 1;
  static final int ENTRY_KEY = 1;
  static final int ENTRY_VALUE = 2;
  static final String LOCATION = "location";

  private final CodedInputStream in;
  private final List<Field> modelFields = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Initializer> initializers = new ArrayList<>();
  private final List<Value> inputs = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();
  private final List<Field> others = new ArrayList<>();
  private boolean innerWeightFiles;

  OnnxGraphReader(byte[] bytes) {
    this.in = CodedInputStream.newInstance(bytes);
  }

  /** Reads the whole model; if it throws, {@link #position} tells where it stopped. */
  OnnxGraph read() throws IOException {
    forEachField(
        (number, start) -> {
          if (number == MODEL_GRAPH) {
            message(this::graphField);
          } else {
            in.skipField(in.getLastTag());
            modelFields.add(new Field(number, start, in.getTotalBytesRead()));
          }
        });
    return new OnnxGraph(nodes, initializers, inputs, outputs, others, innerWeightFiles);
  }

  /** Returns the model's fields other than the graph, once {@link #read} has returned. */
  List<Field> modelFields() {
    return modelFields;
  }

  int position() {
    return in.getTotalBytesRead();
  }

  private void graphField(int number, int start) throws IOException {
    switch (number) {
      case GRAPH_NODE -> node(start);
      case GRAPH_INITIALIZER -> initializer(start);
      case GRAPH_INPUT -> {
        String name = stringField(VALUE_NAME);
        inputs.add(new Value(name, new Field(number, start, position())));
      }
      case GRAPH_OUTPUT -> {
        String name = stringField(VALUE_NAME);
        outputs.add(new Value(name, new Field(number, start, position())));
      }
      default -> {
        in.skipField(in.getLastTag());
        others.add(new Field(number, start, position()));
      }
    }
  }

  private void node(int start) throws IOException {
    List<String> reads = new ArrayList<>();
    List<String> writes = new ArrayList<>();
    Set<String> inner = new HashSet<>();
    StringBuilder opType = new StringBuilder();
    message((number, at) -> nodeField(number, reads, writes, inner, opType));
    inner.addAll(reads);
    Field field = new Field(GRAPH_NODE, start, position());
    nodes.add(new Node(opType.toString(), List.copyOf(reads), List.copyOf(writes), inner, field));
  }

  private void nodeField(
      int number, List<String> reads, List<String> writes, Set<String> inner, StringBuilder opType)
      throws IOException {
    switch (number) {
      case NODE_INPUT -> reads.add(string());
      case NODE_OUTPUT -> writes.add(string());
      case NODE_OP_TYPE -> opType.append(string());
      case NODE_ATTRIBUTE -> message((field, at) -> attributeField(field, inner));
      default -> in.skipField(in.getLastTag());
    }
  }

  private void attributeField(int number, Set<String> names) throws IOException {
    if (number == ATTRIBUTE_GRAPH || number == ATTRIBUTE_GRAPHS) {
      message((field, at) -> subgraphField(field, names));
    } else if (number == ATTRIBUTE_TENSOR || number == ATTRIBUTE_TENSORS) {
      message((field, at) -> innerTensorField(field));
    } else {
      in.skipField(in.getLastTag());
    }
  }

  /** Collects the names that a subgraph reads; names that it defines itself do no harm. */
  private void subgraphField(int number, Set<String> names) throws IOException {
    if (number == GRAPH_NODE) {
      List<String> reads = new ArrayList<>();
      message(
          (field, at) -> nodeField(field, reads, new ArrayList<>(), names, new StringBuilder()));
      names.addAll(reads);
    } else if (number == GRAPH_INITIALIZER) {
      message((field, at) -> innerTensorField(field));
    } else if (number == GRAPH_OUTPUT) {
      names.add(stringField(VALUE_NAME));
    } else {
      in.skipField(in.getLastTag());
    }
  }

  private void innerTensorField(int number) throws IOException {
    if (number == TENSOR_DATA_LOCATION) {
      innerWeightFiles |= in.readInt32() == EXTERNAL;
    } else {
      in.skipField(in.getLastTag());
    }
  }

  private void initializer(int start) throws IOException {
    List<Long> dims = new ArrayList<>();
    StringBuilder name = new StringBuilder();
    Map<String, String> external = new HashMap<>();
    message(
        (number, at) -> {
          if (number == TENSOR_NAME) {
            name.append(string());
          } else if (number == TENSOR_DIMS) {
            dims(dims);
          } else if (number == TENSOR_EXTERNAL_DATA) {
            externalEntry(external);
          } else {
            in.skipField(in.getLastTag());
          }
        });
    Field field = new Field(GRAPH_INITIALIZER, start, position());
    initializers.add(
        new Initializer(
            name.toString(),
            List.copyOf(dims),
            field,
            external.get(LOCATION),
            number(external, "offset") + number(external, "length")));
  }

  private void externalEntry(Map<String, String> entries) throws IOException {
    StringBuilder key = new StringBuilder();
    StringBuilder value = new StringBuilder();
    message(
        (number, at) -> {
          switch (number) {
            case ENTRY_KEY -> key.append(string());
            case ENTRY_VALUE -> value.append(string());
            default -> in.skipField(in.getLastTag());
          }
        });
    entries.put(key.toString(), value.toString());
  }

  /** Returns the number in an entry, or 0 if it has none: ONNX Runtime will reject that. */
  private static long number(Map<String, String> entries, String key) {
    String value = entries.getOrDefault(key, "");
    return value.matches("[0-9]{1,17}") ? Long.parseLong(value) : 0;
  }

  private void dims(List<Long> dims) throws IOException {
    if (WireFormat.getTagWireType(in.getLastTag()) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      dims.add(in.readInt64());
      return;
    }
    int limit = in.pushLimit(in.readRawVarint32());
    while (in.getBytesUntilLimit() > 0) {
      dims.add(in.readInt64());
    }
    in.popLimit(limit);
  }

  private String stringField(int wanted) throws IOException {
    StringBuilder value = new StringBuilder();
    message(
        (number, at) -> {
          if (number == wanted) {
            value.append(string());
          } else {
            in.skipField(in.getLastTag());
          }
        });
    return value.toString();
  }

  private String string() throws IOException {
    requireLengthDelimited();
    return in.readStringRequireUtf8();
  }

  private void requireLengthDelimited() throws IOException {
    if (WireFormat.getTagWireType(in.getLastTag()) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      throw new InvalidProtocolBufferException("a field has a wire type other than ONNX's");
    }
  }

  private void message(FieldReader reader) throws IOException {
    requireLengthDelimited();
    int limit = in.pushLimit(in.readRawVarint32());
    forEachField(reader);
    in.popLimit(limit);
  }

  private void forEachField(FieldReader reader) throws IOException {
    while (!in.isAtEnd()) {
      int start = in.getTotalBytesRead();
      int tag = in.readTag();
      reader.field(WireFormat.getTagFieldNumber(tag), start);
    }
  }

  @FunctionalInterface
  private interface FieldReader {
    /** Reads the value of the field that starts at {@code start}, whose tag was just read. */
    void field(int number, int start) throws IOException;
  }
}
