package io.github.sae4j.network;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** A view of a {@link ComputationGraph}, vertex by vertex. */
final class GraphView extends NetworkView {
  private final ComputationGraph graph;

  GraphView(ComputationGraph graph) {
    this.graph = graph;
    if (graph.getNumInputArrays() != 1 || graph.getNumOutputArrays() != 1) {
      throw new IllegalArgumentException(
          "expected a graph with one input and one output, got %d and %d"
              .formatted(graph.getNumInputArrays(), graph.getNumOutputArrays()));
    }
    for (int index : graph.topologicalSortOrder()) {
      GraphVertex vertex = graph.getVertices()[index];
      if (!vertex.isInputVertex()) {
        add(vertex.getVertexName(), isLast(vertex));
      }
    }
  }

  private boolean isLast(GraphVertex vertex) {
    int first = vertex.getInputVertices()[0].getVertexIndex();
    boolean before = isChannelsLast(graph.getVertices()[first].getVertexName());
    return vertex.hasLayer()
        ? ChannelOrder.isLast(vertex.getLayer().conf().getLayer(), before)
        : before;
  }

  @Override
  Optional<INDArray> run(DataSet batch, Visitor visitor, String untilOrNull) {
    LayerWorkspaceMgr memory = PassMemory.manager();
    INDArray[] features = {batch.getFeatures()};
    INDArray[] featureMasks = {batch.getFeaturesMaskArray()};
    INDArray[] labelMasks = {batch.getLabelsMaskArray()};
    boolean masked = featureMasks[0] != null || labelMasks[0] != null;
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        MemoryWorkspace pass = memory.notifyScopeEntered(ArrayType.ACTIVATIONS)) {
      if (masked) {
        graph.setInputs(features);
        graph.setLayerMaskArrays(
            featureMasks[0] == null ? null : featureMasks,
            labelMasks[0] == null ? null : labelMasks);
      }
      String last = lastPlace();
      Optional<INDArray> output = Optional.empty();
      for (int index : graph.topologicalSortOrder()) {
        GraphVertex vertex = graph.getVertices()[index];
        INDArray activations;
        if (vertex.isInputVertex()) {
          activations = features[0];
        } else {
          try (MemoryWorkspace layer = memory.notifyScopeEntered(ArrayType.FF_WORKING_MEM)) {
            activations = vertex.doForward(false, memory);
          }
          activations = shown(visitor, vertex.getVertexName(), activations);
          if (vertex.getVertexName().equals(untilOrNull)) {
            return Optional.empty();
          }
        }
        if (vertex.getOutputVertices() != null) {
          for (VertexIndices next : vertex.getOutputVertices()) {
            graph.getVertices()[next.getVertexIndex()].setInput(
                next.getVertexEdgeNumber(), activations, memory);
          }
        }
        if (vertex.getVertexName().equals(last)) {
          output = Optional.of(activations.detach());
        }
      }
      return output;
    } finally {
      if (masked) {
        graph.clearLayerMaskArrays();
      }
      for (GraphVertex vertex : graph.getVertices()) {
        vertex.clear();
      }
    }
  }

  @Override
  List<INDArray> masksOf(String place) {
    GraphVertex vertex = graph.getVertex(place);
    List<INDArray> masks = new ArrayList<>();
    if (vertex.hasLayer()) {
      masks.add(vertex.getLayer().getMaskArray());
    }
    if (vertex.getOutputVertices() != null) {
      for (VertexIndices each : vertex.getOutputVertices()) {
        GraphVertex next = graph.getVertices()[each.getVertexIndex()];
        if (next instanceof LayerVertex layer && layer.getLayerPreProcessor() == null) {
          masks.add(layer.getLayer().getMaskArray());
        }
      }
    }
    masks.removeIf(Objects::isNull);
    return masks;
  }

  @Override
  String lastPlace() {
    return graph.getConfiguration().getNetworkOutputs().get(0);
  }

  @Override
  Model model() {
    return graph;
  }

  @Override
  Collection<TrainingListener> listeners() {
    return graph.getListeners();
  }

  @Override
  Counts counts() {
    ComputationGraphConfiguration conf = graph.getConfiguration();
    return new Counts(conf.getIterationCount(), conf.getEpochCount());
  }

  @Override
  void setCounts(Counts counts) {
    graph.getConfiguration().setIterationCount(counts.iterations());
    graph.getConfiguration().setEpochCount(counts.epochs());
  }

  @Override
  void show(INDArray featuresOrNull, double score, long waited) {
    graph.setInputs(featuresOrNull);
    graph.setScore(score);
    graph.setLastEtlTime(waited);
  }

  @Override
  ILossFunction loss() {
    return lossOf(graph.getOutputLayer(0).conf().getLayer());
  }
}
