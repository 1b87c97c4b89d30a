package io.github.sae4j.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.network.LayerPretraining;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.datasets.iterator.utilty.SingletonDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.api.StatsInitializationReport;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

/** TrainingInTheBrowserTest in sae-examples checks what the pages make of these reports. */
class SaeStatsListenerTest {
  private static final Set<String> OF_THE_SAE = Set.of("0_encW", "0_encb", "0_decW", "0_decb");
  private static final Set<String> OF_THE_NETWORK =
      Set.of("0_encW", "0_encb", "0_decW", "0_decb", "1_W", "1_b");

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();

  private SaeStatsListener every(int frequency) {
    return new SaeStatsListener(storage, "mine", frequency);
  }

  private Stored stored(String session) {
    return new Stored(storage, session);
  }

  @Test
  void pretrainedLayerIsReportedAsANetwork() {
    MultiLayerNetwork net = SmallNetworks.network();
    SaeStatsListener listener = every(1);
    net.setListeners(listener);
    net.pretrainLayer(0, SmallNetworks.rows());

    assertEquals(List.of("mine_layer0"), storage.listSessionIDs());
    assertLayer(stored("mine_layer0"), "sae");
    assertEquals(net.getLayer(0).score(), stored("mine_layer0").last().getScore(), 1e-9);
    assertSame(storage, listener.getStorageRouter());
  }

  private static void assertLayer(Stored stored, String name) {
    StatsInitializationReport about = stored.about();
    assertEquals(MultiLayerNetwork.class.getName(), about.getModelClassName());
    MultiLayerConfiguration network = MultiLayerConfiguration.fromJson(about.getModelConfigJson());
    assertEquals(name, network.getConf(0).getLayer().getLayerName());
    assertEquals(OF_THE_SAE, Set.of(about.getModelParamNames()));

    StatsReport report = stored.last();
    for (StatsType of : List.of(StatsType.Parameters, StatsType.Gradients, StatsType.Updates)) {
      assertEquals(OF_THE_SAE, report.getMean(of).keySet());
      assertEquals(OF_THE_SAE, report.getStdev(of).keySet());
      assertEquals(OF_THE_SAE, report.getMeanMagnitudes(of).keySet());
      assertEquals(OF_THE_SAE, report.getHistograms(of).keySet());
    }
    assertEquals(OF_THE_SAE, report.getLearningRates().keySet());
    assertEquals(Set.of("0"), report.getMean(StatsType.Activations).keySet());
  }

  @Test
  void eachLayerIsReportedAsItsOwnNetwork() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            SmallNetworks.settings()
                .list()
                .layer(SmallNetworks.sae("first", new TopK(2, 0, 0)))
                .layer(SmallNetworks.sae("second", new SigmoidKl(.1, .05)))
                .build());
    net.init();
    net.setListeners(every(1));
    net.pretrainLayer(0, SmallNetworks.rows());
    LayerPretraining.pretrain(net, 1, new SingletonDataSetIterator(SmallNetworks.labelled()), 1);

    assertEquals(Set.of("mine_layer0", "mine_layer1"), Set.copyOf(storage.listSessionIDs()));
    assertLayer(stored("mine_layer0"), "first");
    assertLayer(stored("mine_layer1"), "second");
    double mean =
        NdCodes.matrix(((SaeLayerRuntime) net.getLayer(1)).lastLoss().orElseThrow().codes())
            .meanNumber()
            .doubleValue();
    assertEquals(mean, stored("mine_layer1").last().getMean(StatsType.Activations).get("0"), 1e-6);
  }

  @Test
  void sessionNameDoesNotDecideTheModel() {
    MultiLayerNetwork net = SmallNetworks.network();
    net.setListeners(new SaeStatsListener(storage, "x_layer4", 1));
    net.fit(SmallNetworks.labelled());

    assertEquals(List.of("x_layer4"), storage.listSessionIDs());
    assertNetwork(stored("x_layer4"), MultiLayerNetwork.class);
  }

  private static void assertNetwork(Stored stored, Class<? extends Model> kind) {
    assertEquals(kind.getName(), stored.about().getModelClassName());
    assertEquals(OF_THE_NETWORK, Set.of(stored.about().getModelParamNames()));
    assertEquals(OF_THE_NETWORK, stored.last().getLearningRates().keySet());
    assertEquals(OF_THE_NETWORK, stored.last().getMean(StatsType.Updates).keySet());
  }

  /** A subclass such as DL4J users may have. */
  @SuppressWarnings("overrides") // DL4J itself overloads doEvaluation
  static final class OwnNetwork extends MultiLayerNetwork {
    private static final long serialVersionUID = 1;

    OwnNetwork(MultiLayerConfiguration configuration) {
      super(configuration);
    }
  }

  @Test
  void subclassOfANetworkIsReportedAsANetwork() {
    MultiLayerNetwork net = new OwnNetwork(SmallNetworks.configuration());
    net.init();
    net.setListeners(every(1));
    net.fit(SmallNetworks.labelled());

    assertNetwork(stored("mine"), OwnNetwork.class);
    MultiLayerConfiguration configuration =
        MultiLayerConfiguration.fromJson(stored("mine").about().getModelConfigJson());
    assertEquals(2, configuration.getConfs().size());
  }

  @Test
  void graphIsReportedAsANetwork() {
    ComputationGraph graph = SmallNetworks.network().toComputationGraph();
    graph.setListeners(every(1));
    graph.fit(SmallNetworks.labelled());

    assertEquals(ComputationGraph.class.getName(), stored("mine").about().getModelClassName());
    assertEquals(
        graph.paramTable().keySet(), stored("mine").last().getMean(StatsType.Parameters).keySet());
  }

  @Test
  void fitAfterPretrainingIsReportedAsUsual() {
    MultiLayerNetwork net = SmallNetworks.network();
    net.setListeners(every(1));
    DataSet labelled = SmallNetworks.labelled();
    net.pretrainLayer(0, labelled.getFeatures());
    net.fit(labelled);

    assertLayer(stored("mine_layer0"), "sae");
    assertNetwork(stored("mine"), MultiLayerNetwork.class);
  }
}
