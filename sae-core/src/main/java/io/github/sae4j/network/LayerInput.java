package io.github.sae4j.network;

import io.github.sae4j.layer.Positions;
import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.layer.SaeLayerRuntime;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;

/**
 * A layer within its network, and the input it receives.
 *
 * @param previousOrNull the place before it; null if it receives the network's features
 * @param beforeOrNull the layer's preprocessor, or null
 */
record LayerInput(
    Layer layer, NetworkView view, String previousOrNull, InputPreProcessor beforeOrNull) {

  static LayerInput of(MultiLayerNetwork network, int index) {
    NetworkView view = NetworkView.of(network);
    if (index < 0 || index >= network.getnLayers()) {
      throw new IllegalArgumentException(
          "the network has no layer %d; it has 0 to %d".formatted(index, network.getnLayers() - 1));
    }
    return new LayerInput(
        network.getLayer(index),
        view,
        index == 0 ? null : view.places().get(index - 1),
        network.getLayerWiseConfigurations().getInputPreProcess(index));
  }

  /**
   * Returns the layer of a vertex.
   *
   * @throws IllegalArgumentException if there is no such vertex, or it is not a layer with one
   *     input
   */
  static LayerInput of(ComputationGraph graph, String vertex) {
    NetworkView view = NetworkView.of(graph);
    view.requirePlace(vertex);
    GraphVertex found = graph.getVertex(vertex);
    if (!found.hasLayer() || found.getInputVertices().length != 1) {
      throw new IllegalArgumentException("'" + vertex + "' is not a layer with one input");
    }
    GraphVertex before = graph.getVertices()[found.getInputVertices()[0].getVertexIndex()];
    return new LayerInput(
        found.getLayer(),
        view,
        before.isInputVertex() ? null : before.getVertexName(),
        ((LayerVertex) graph.getConfiguration().getVertices().get(vertex)).getPreProcessor());
  }

  /**
   * Returns the layer as an SAE, unwrapped if it is frozen.
   *
   * @throws IllegalArgumentException if it is not an SAE
   */
  SaeLayerRuntime sae() {
    if (unwrapped() instanceof SaeLayerRuntime sae) {
      return sae;
    }
    throw new IllegalArgumentException("not an SaeLayer: " + layer.conf().getLayer());
  }

  /** Returns the layer itself, unwrapped if it is frozen. */
  Layer unwrapped() {
    return layer instanceof BaseWrapperLayer frozen ? frozen.getUnderlying() : layer;
  }

  /** Returns the layer's input for a batch, as an array that the caller owns. */
  INDArray of(DataSet batch) {
    return view.at(batch, previousOrNull, x -> preprocessed(x, batch).dup());
  }

  private INDArray preprocessed(INDArray x, DataSet batch) {
    return beforeOrNull == null
        ? x
        : beforeOrNull.preProcess(
            x, (int) batch.getFeatures().size(0), LayerWorkspaceMgr.noWorkspaces());
  }

  /**
   * Returns an SAE's input row by row.
   *
   * @return {@code [rows, nIn]}, owned by the caller; empty if a mask leaves out every row
   */
  Optional<INDArray> rows(DataSet batch) {
    return view.at(batch, previousOrNull, x -> rows(x, batch));
  }

  /** Returns the mask that the network passes to the layer; masks are set only during a pass. */
  private INDArray mask(DataSet batch) {
    if (previousOrNull != null) {
      return layer.getMaskArray();
    }
    INDArray mask = batch.getFeaturesMaskArray();
    int examples = (int) batch.getFeatures().size(0);
    return mask == null || beforeOrNull == null
        ? mask
        : beforeOrNull.feedForwardMaskArray(mask, MaskState.Active, examples).getFirst();
  }

  private void requireWidth(int width) {
    SaeLayer sae = (SaeLayer) layer.conf().getLayer();
    if (width != sae.getNIn()) {
      throw new IllegalArgumentException("rows of width %d do not fit %s".formatted(width, sae));
    }
  }

  private Optional<INDArray> rows(INDArray given, DataSet batch) {
    boolean last = ((SaeLayer) layer.conf().getLayer()).isChannelsLast();
    try (MemoryWorkspace ignored = PassMemory.scratch()) {
      INDArray x = preprocessed(given, batch);
      Positions positions = Positions.of(x, last, mask(batch));
      requireWidth(positions.width());
      return positions.count() == 0
          ? Optional.empty()
          : Optional.of(positions.rows(x).dup('c').detach());
    }
  }
}
