package io.github.sae4j.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.variant.TopK;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsInitializationReport;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** What the pages make of it: sae-examples, TrainingInTheBrowserTest. */
class SaeStatsListenerTest {

  @Test
  void aLayerWithoutLabelsIsReportedAsANetwork() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-2))
                .list()
                .layer(
                    new SaeLayer.Builder()
                        .name("sae")
                        .nIn(6)
                        .nLatents(12)
                        .variant(new TopK(2, 0, 0))
                        .build())
                .build());
    net.init();
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    net.setListeners(new SaeStatsListener(storage, "mine", 1));
    net.pretrainLayer(0, Nd4j.rand(DataType.FLOAT, 10, 6));

    assertEquals(List.of("mine_layer0"), storage.listSessionIDs());
    String worker = storage.listWorkerIDsForSession("mine_layer0").get(0);
    StatsInitializationReport about =
        (StatsInitializationReport)
            storage.getStaticInfo("mine_layer0", StatsListener.TYPE_ID, worker);
    assertEquals(MultiLayerNetwork.class.getName(), about.getModelClassName());
    MultiLayerConfiguration network = MultiLayerConfiguration.fromJson(about.getModelConfigJson());
    assertEquals("sae", network.getConf(0).getLayer().getLayerName());

    StatsReport report =
        (StatsReport) storage.getLatestUpdate("mine_layer0", StatsListener.TYPE_ID, worker);
    Set<String> keys = Set.of("0_encW", "0_encb", "0_decW", "0_decb");
    assertEquals(keys, report.getMeanMagnitudes(StatsType.Parameters).keySet());
    assertEquals(keys, report.getMeanMagnitudes(StatsType.Updates).keySet());
    assertEquals(Set.of("0"), report.getMeanMagnitudes(StatsType.Activations).keySet());
    double latents = report.getMeanMagnitudes(StatsType.Activations).get("0");
    assertTrue(latents > 0, "mean latent " + latents);
    assertEquals(net.getLayer(0).score(), report.getScore(), 1e-9);
  }
}
