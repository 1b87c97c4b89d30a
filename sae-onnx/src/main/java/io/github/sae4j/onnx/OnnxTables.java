package io.github.sae4j.onnx;

import io.github.sae4j.onnx.OnnxGraph.Node;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Derives the vocabulary's size and the longest text from a graph's embedding tables. */
final class OnnxTables {
  private static final Pattern POSITIONS =
      Pattern.compile("(^|.*[./])(position_embeddings?|wpe)\\.weight");

  private final OnnxGraph graph;
  private final Function<String, List<Long>> weights;

  /**
   * @param weights gives the dimensions of a weight by its name; none if there is no such weight
   */
  OnnxTables(OnnxGraph graph, Function<String, List<Long>> weights) {
    this.graph = graph;
    this.weights = weights;
  }

  /** See {@link OnnxModelFile#vocabularyRows}. */
  OptionalLong vocabularyRows() {
    Set<String> ids = new HashSet<>(Set.of("input_ids"));
    for (Node node : graph.nodes()) {
      List<String> reads = node.inputs();
      if (Set.of("Cast", "Identity").contains(node.opType()) && ids.contains(reads.get(0))) {
        ids.addAll(node.outputs());
      }
      if (isLookUp(node) && ids.contains(reads.get(1))) {
        return OptionalLong.of(weights.apply(reads.get(0)).get(0));
      }
    }
    return OptionalLong.empty();
  }

  /** See {@link OnnxModelFile#positionRows}. */
  OptionalLong positionRows() {
    return graph.initializers().stream()
        .filter(each -> POSITIONS.matcher(each.name()).matches() && each.dims().size() == 2)
        .mapToLong(each -> each.dims().get(0))
        .findFirst();
  }

  /** Maps each tensor of indices to the rows of its table, the smallest if it has several. */
  Map<String, Long> rowsByIndex() {
    Map<String, Long> rows = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (isLookUp(node)) {
        rows.merge(node.inputs().get(1), weights.apply(node.inputs().get(0)).get(0), Math::min);
      }
    }
    return rows;
  }

  /** Whether the node looks up rows in a table of weights. */
  private boolean isLookUp(Node node) {
    return node.opType().equals("Gather")
        && node.inputs().size() == 2
        && weights.apply(node.inputs().get(0)).size() == 2;
  }
}
