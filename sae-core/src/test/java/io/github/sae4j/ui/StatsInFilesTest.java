package io.github.sae4j.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Set;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** File storages and remote servers restore reports by class name. */
class StatsInFilesTest {

  @Test
  void fileStorageKeepsWhatMemoryStorageHas(@TempDir Path directory) throws Exception {
    InMemoryStatsStorage memory = new InMemoryStatsStorage();
    MultiLayerNetwork net = SmallNetworks.network();
    Path file = directory.resolve("stats");
    FileStatsStorage written = new FileStatsStorage(file.toFile());
    net.setListeners(
        new SaeStatsListener(written, "mine", 1), new SaeStatsListener(memory, "mine", 1));
    net.pretrainLayer(0, SmallNetworks.rows());
    net.fit(SmallNetworks.labelled());
    written.close();

    FileStatsStorage read = new FileStatsStorage(file.toFile());
    try {
      assertEquals(Set.of("mine_layer0", "mine"), Set.copyOf(read.listSessionIDs()));
      for (String session : read.listSessionIDs()) {
        assertSame(new Stored(memory, session), new Stored(read, session));
      }
    } finally {
      read.close();
    }
  }

  private static void assertSame(Stored expected, Stored actual) {
    assertEquals(SbeStatsInitializationReport.class, expected.about().getClass());
    assertEquals(SbeStatsReport.class, expected.last().getClass());
    assertEquals(SbeStatsReport.class, actual.last().getClass());
    assertEquals(expected.about().getModelClassName(), actual.about().getModelClassName());
    assertEquals(expected.about().getModelConfigJson(), actual.about().getModelConfigJson());
    StatsReport then = expected.last();
    StatsReport now = actual.last();
    assertEquals(then.getScore(), now.getScore(), 1e-9);
    for (StatsType of : StatsType.values()) {
      assertEquals(then.getMean(of), now.getMean(of), of + " of " + actual.session());
      assertEquals(then.getMeanMagnitudes(of), now.getMeanMagnitudes(of), of.toString());
      assertEquals(then.getHistograms(of), now.getHistograms(of), of.toString());
    }
  }
}
