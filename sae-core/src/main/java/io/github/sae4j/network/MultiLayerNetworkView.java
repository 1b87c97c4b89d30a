package io.github.sae4j.network;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** A view of a {@link MultiLayerNetwork}, layer by layer. */
final class MultiLayerNetworkView extends NetworkView {
  private final MultiLayerNetwork network;
  private final List<String> places;

  MultiLayerNetworkView(MultiLayerNetwork network) {
    this.network = network;
    boolean last = false;
    for (int i = 0; i < network.getnLayers(); i++) {
      org.deeplearning4j.nn.conf.layers.Layer conf = network.getLayer(i).conf().getLayer();
      String name = conf.getLayerName();
      boolean isOwn = name != null && !name.equals("layer" + i);
      last = ChannelOrder.isLast(conf, last);
      add(isOwn ? name : String.valueOf(i), last);
    }
    this.places = places();
  }

  @Override
  Optional<INDArray> run(DataSet batch, Visitor visitor, String untilOrNull) {
    LayerWorkspaceMgr memory = PassMemory.manager();
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        MemoryWorkspace pass = memory.notifyScopeEntered(ArrayType.ACTIVATIONS)) {
      int rows = (int) batch.getFeatures().size(0);
      network.setInputMiniBatchSize(rows);
      if (batch.getFeaturesMaskArray() != null || batch.getLabelsMaskArray() != null) {
        network.setLayerMaskArrays(batch.getFeaturesMaskArray(), batch.getLabelsMaskArray());
      }
      INDArray activations = batch.getFeatures();
      Layer[] layers = network.getLayers();
      for (int i = 0; i < layers.length; i++) {
        InputPreProcessor before = network.getLayerWiseConfigurations().getInputPreProcess(i);
        try (MemoryWorkspace layer = memory.notifyScopeEntered(ArrayType.FF_WORKING_MEM)) {
          if (before != null) {
            activations = before.preProcess(activations, rows, memory);
          }
          activations = layers[i].activate(activations, false, memory);
        }
        activations = shown(visitor, places.get(i), activations);
        if (places.get(i).equals(untilOrNull)) {
          return Optional.empty();
        }
      }
      return Optional.of(activations.detach());
    } finally {
      network.clearLayerMaskArrays();
      for (Layer layer : network.getLayers()) {
        layer.clear(); // not network.clear(), which would discard the updater of fit and its state
      }
    }
  }

  @Override
  List<INDArray> masksOf(String place) {
    int index = places.indexOf(place);
    INDArray own = network.getLayer(index).getMaskArray();
    boolean handsOnAsItIs =
        index + 1 < places.size()
            && network.getLayerWiseConfigurations().getInputPreProcess(index + 1) == null;
    INDArray next = handsOnAsItIs ? network.getLayer(index + 1).getMaskArray() : null;
    return Stream.of(own, next).filter(Objects::nonNull).toList();
  }

  @Override
  String lastPlace() {
    return places.get(places.size() - 1);
  }

  @Override
  Model model() {
    return network;
  }

  @Override
  Collection<TrainingListener> listeners() {
    return network.getListeners();
  }

  @Override
  Counts counts() {
    MultiLayerConfiguration conf = network.getLayerWiseConfigurations();
    return new Counts(conf.getIterationCount(), conf.getEpochCount());
  }

  /** Sets only the network's counts: DL4J would copy its number of epochs to all layers. */
  @Override
  void setCounts(Counts counts) {
    MultiLayerConfiguration conf = network.getLayerWiseConfigurations();
    conf.setIterationCount(counts.iterations());
    int[] ofLayers =
        conf.getConfs().stream().mapToInt(NeuralNetConfiguration::getEpochCount).toArray();
    conf.setEpochCount(counts.epochs());
    for (int i = 0; i < ofLayers.length; i++) {
      conf.getConf(i).setEpochCount(ofLayers[i]);
    }
  }

  @Override
  void show(INDArray featuresOrNull, double score, long waited) {
    network.setInput(featuresOrNull);
    network.setScore(score);
    network.setLastEtlTime(waited);
  }

  @Override
  ILossFunction loss() {
    return lossOf(network.getOutputLayer().conf().getLayer());
  }
}
