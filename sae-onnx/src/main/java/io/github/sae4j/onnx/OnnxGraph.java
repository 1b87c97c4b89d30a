package io.github.sae4j.onnx;

import java.util.List;
import java.util.Set;

/**
 * The parts of an ONNX graph that are read: names, shapes and the place of each part in the file.
 * Field numbers are those of onnx.proto.
 *
 * @param nodes the nodes in file order, which is topological
 * @param initializers the weights
 * @param inputs the values to feed; older files list the initializers here too
 * @param outputs the values that a run returns
 * @param others every other field of the graph, kept as it is
 * @param hasInnerWeightFiles whether weights of subgraphs or attributes are stored in other files
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
   * @param uses every name that the node reads, including in subgraphs
   */
  record Node(
      String opType, List<String> inputs, List<String> outputs, Set<String> uses, Field field) {}

  /**
   * @param locationOrNull the file with the values if it is not the model's own, as a path relative
   *     to the model
   * @param end end of the values in that file, as far as the model says
   */
  record Initializer(String name, List<Long> dims, Field field, String locationOrNull, long end) {}

  record Value(String name, Field field) {}
}
