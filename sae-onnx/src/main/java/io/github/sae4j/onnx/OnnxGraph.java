package io.github.sae4j.onnx;

import java.util.List;
import java.util.Set;

/**
 * What is read of an ONNX graph: names and shapes, and where in the file each part stands. Field
 * numbers are those of onnx.proto.
 *
 * @param nodes in the order of the file, which is topological
 * @param initializers the weights
 * @param inputs the values to feed; older files list the initializers here too
 * @param outputs the values that a run gives
 * @param others every other field of the graph, kept as it is
 * @param hasInnerWeightFiles whether weights of subgraphs or attributes are in other files
 */
record OnnxGraph(
    List<Node> nodes,
    List<Initializer> initializers,
    List<Value> inputs,
    List<Value> outputs,
    List<Field> others,
    boolean hasInnerWeightFiles) {

  OnnxGraph {
    nodes = List.copyOf(nodes);
    initializers = List.copyOf(initializers);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    others = List.copyOf(others);
  }

  /** A protobuf field: its number, and the bytes {@code [start, end)} with its tag. */
  record Field(int number, int start, int end) {}

  /**
   * @param uses every name that the node reads, in subgraphs too
   */
  record Node(
      String opType, List<String> inputs, List<String> outputs, Set<String> uses, Field field) {}

  /**
   * @param locationOrNull where the values are if not in the model's own file, a path relative to
   *     it
   * @param end of the values in that file, as far as the model says
   */
  record Initializer(String name, List<Long> dims, Field field, String locationOrNull, long end) {}

  record Value(String name, Field field) {}
}
