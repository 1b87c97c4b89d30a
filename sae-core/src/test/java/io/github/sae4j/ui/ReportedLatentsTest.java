package io.github.sae4j.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.nd4j.NdCodes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Which latents {@link SaeStatsListener} reports. */
class ReportedLatentsTest {
  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();

  /** Records the mean latent after each step. */
  private static final class Means extends BaseTrainingListener {
    final Map<Integer, Double> byIteration = new HashMap<>();

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      double mean =
          NdCodes.matrix(((SaeLayerRuntime) model).lastLoss().orElseThrow().codes())
              .meanNumber()
              .doubleValue();
      byIteration.put(iteration, mean);
    }
  }

  @Test
  void latentsBelongToTheReportedIteration() throws Exception {
    MultiLayerNetwork net = SmallNetworks.network();
    Means means = new Means();
    net.setListeners(new SaeStatsListener(storage, "mine", 5), means);
    for (int step = 0; step < 13; step++) {
      net.pretrainLayer(0, SmallNetworks.rows());
      Thread.sleep(2); // if two reports fall in one millisecond, DL4J keeps the second
    }

    List<StatsReport> reports = new Stored(storage, "mine_layer0").all();
    assertEquals(List.of(5, 10), reports.stream().map(StatsReport::getIterationCount).toList());
    for (StatsReport report : reports) {
      double expected = means.byIteration.get(report.getIterationCount());
      assertEquals(expected, report.getMean(StatsType.Activations).get("0"), 1e-6);
    }
  }

  @Test
  void batchOfPaddingHasNoLatents() {
    MultiLayerNetwork net = SmallNetworks.network();
    net.initGradientsView();
    SaeLayerRuntime layer = (SaeLayerRuntime) net.getLayer(0);
    LayerWorkspaceMgr memory = LayerWorkspaceMgr.noWorkspaces();
    layer.setInput(SmallNetworks.rows(), memory);
    layer.setMaskArray(Nd4j.zeros(DataType.FLOAT, SmallNetworks.ROWS, 1));
    layer.computeGradientAndScore(memory);
    SaeStatsListener listener = new SaeStatsListener(storage, "mine", 1);
    listener.onGradientCalculation(layer);
    listener.iterationDone(layer, 0, 0);

    StatsReport report = new Stored(storage, "mine_layer0").last();
    assertNull(report.getMean(StatsType.Activations));
    assertEquals(layer.score(), report.getScore(), 1e-9);
  }
}
