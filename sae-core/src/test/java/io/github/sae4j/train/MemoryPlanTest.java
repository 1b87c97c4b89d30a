package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.product.Precision;
import io.github.sae4j.variant.Matryoshka;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryPlanTest {
  private static final TopK TOP_K = new TopK(32, 384, TopK.AUX_COEFFICIENT);

  @TempDir Path directory;

  private static MemoryPlan plan(TrainConfigBuilder config) {
    return MemoryPlan.of(config.blockRows(64).build(), RowParts.whole(768), 200_000, 131_072, 2);
  }

  @Test
  void topKByHand() {
    MemoryPlan plan = plan(TrainConfig.builder(65_536, TOP_K));
    long matrix = 768L * 65_536 * 4; // 192 MB
    assertEquals(2 * matrix + 4 * (768 + 65_536), plan.parameters());
    assertEquals(2 * plan.parameters(), plan.optimiser());
    assertEquals(0, plan.average());
    assertEquals(5 * 4096L * 768 * 4, plan.batches()); // x, centred, error, -error, aux error
    assertEquals(0, plan.dense());
    long tile = 256L * 1024 * 4;
    assertEquals(matrix + 2 * 2 * tile, plan.tiles());
    assertEquals(
        MemoryPlan.OBJECTS
            + 2 * (131_072L * 768 * 4 + 131_072 * 4) // two windows and the orders of their rows
            + 32_768L * 768 * 4 // the sample of the start
            + matrix // the decoder
            + 40 * 4096L * (32 + 384) // codes and those of AuxK
            + 3 * 4096L * 768 * 4 // the batch, centred rows and errors
            + 2 * tile,
        plan.heap());
    assertEquals(
        plan.parameters() + plan.optimiser() + plan.batches() + plan.tiles(), plan.offHeap());
    assertTrue(plan.total() < 3_500_000_000L, plan.toString());
  }

  @Test
  void otherSettingsTakeOtherMemory() {
    MemoryPlan whole =
        MemoryPlan.of(
            TrainConfig.builder(512, TOP_K).build(), RowParts.whole(768), 100_000, 131_072, 2);
    MemoryPlan cut =
        MemoryPlan.of(
            TrainConfig.builder(512, TOP_K).build(), RowParts.whole(768), 200_000, 131_072, 2);
    // two windows of 131,072 rows instead of one that holds all 100,000
    long values = 4L * 768 * (2 * 131_072 - 100_000);
    assertEquals(values + 2 * 4 * 31_072, cut.heap() - whole.heap());

    MemoryPlan rounded = plan(TrainConfig.builder(65_536, TOP_K).precision(Precision.BFLOAT16));
    assertEquals(768L * 65_536 * 2, rounded.tiles() - 2 * 2 * 256L * 1024 * 4);

    MemoryPlan sgd = plan(TrainConfig.builder(512, TOP_K).updater(Updater.SGD));
    assertEquals(sgd.parameters(), sgd.optimiser()); // the gradient
    MemoryPlan amsGrad = plan(TrainConfig.builder(512, TOP_K).updater(Updater.AMSGRAD));
    assertEquals(4 * amsGrad.parameters(), amsGrad.optimiser());

    MemoryPlan adam = plan(TrainConfig.builder(512, TOP_K));
    MemoryPlan averaged = plan(TrainConfig.builder(512, TOP_K).emaDecay(.999));
    assertEquals(averaged.parameters(), averaged.average());
    assertEquals(adam.nd4j() + adam.parameters(), averaged.nd4j());
    MemoryPlan resampled = plan(TrainConfig.builder(512, TOP_K).resampling(new Resampling(100, 4)));
    assertEquals(adam.heap() + 4096L * 768 * 4, resampled.heap()); // reconstructions of a batch
    Resampling weak = new Resampling(100, 4, Resampling.Latents.WEAK);
    MemoryPlan looked = plan(TrainConfig.builder(512, TOP_K).resampling(weak));
    // 8,192 rows, those from b_dec, what is left of them, and the decoder
    assertEquals((3 * 8192L + 512) * 768 * 4, looked.heap() - resampled.heap());

    MemoryPlan sigmoid = plan(TrainConfig.builder(512, new SigmoidKl(0.1, 1)));
    assertEquals(6 * 4096L * 512 * 4 + 2 * 768L * 512 * 4, sigmoid.dense());
  }

  /** 768 in, 64 out. */
  @Test
  void transcoderByHand() {
    TrainConfig config =
        TrainConfig.builder(65_536, TOP_K).task(Task.TRANSCODER).blockRows(64).build();
    RowParts parts = RowParts.inputAndTarget(768, 64);
    MemoryPlan plan = MemoryPlan.of(config, parts, 200_000, 131_072, 2);
    assertEquals(4 * (832L * 65_536 + 65_536 + 64), plan.parameters());
    MemoryPlan whole = MemoryPlan.of(config, RowParts.whole(768), 200_000, 131_072, 2);
    assertEquals(4096L * 768 * 4, plan.batches() - whole.batches()); // the target
    long rows = 4 * 64 * (2 * 131_072L + (1 << 15)); // two windows and the sample
    long decoder = 4 * 65_536L * (768 - 64);
    assertEquals(rows - decoder + 2 * 4096L * 768 * 4, plan.heap() - whole.heap());
  }

  @Test
  void lossesBesideTheReconstructionTakeOfTheirOwn() {
    long batch = 4096L * 768 * 4;
    MemoryPlan relu = plan(TrainConfig.builder(512, relu(false)));
    MemoryPlan ghost = plan(TrainConfig.builder(512, relu(true)));
    assertEquals(batch, ghost.batches() - relu.batches());
    // all latents as ghosts instead of a tenth as codes, and a copy of the ghosts' error
    long codes = 4096L * 512 - (long) (.1 * 4096 * 512);
    assertEquals(40 * codes + batch, ghost.heap() - relu.heap());

    MemoryPlan topK = plan(TrainConfig.builder(512, new TopK(32, 0, 0)));
    assertEquals(3 * batch, topK.batches());
    MemoryPlan multi = plan(TrainConfig.builder(512, new TopK(32, 0, 0, true)));
    assertEquals(batch, multi.batches() - topK.batches());
    assertEquals(40 * 4096L * 4 * 32 + batch, multi.heap() - topK.heap());

    List<Integer> prefixes = List.of(64, 128, 512);
    MemoryPlan nested =
        plan(TrainConfig.builder(512, new Matryoshka(new TopK(32, 0, 0), prefixes, false)));
    assertEquals(3 * batch, nested.batches() - topK.batches()); // two errors, and that of nothing
    assertEquals(3 * batch, nested.heap() - topK.heap());
  }

  private static ReluL1 relu(boolean ghost) {
    return new ReluL1(.1, ReluL1.Weighting.PLAIN, ghost, List.of());
  }

  @Test
  void whatDoesNotFitIsRefusedByName() {
    MemoryPlan plan = plan(TrainConfig.builder(65_536, TOP_K));
    long none = MemoryLimits.NONE;
    assertDoesNotThrow(() -> plan.requireFits(new MemoryLimits(none, none, none)));
    assertDoesNotThrow(
        () -> plan.requireFits(new MemoryLimits(plan.heap(), plan.nd4j(), plan.total())));
    assertRefused(plan, new MemoryLimits(plan.heap() - 1, none, none), "Java heap", "SAE_HEAP_MB");
    assertRefused(plan, new MemoryLimits(none, 1 << 30, none), "1,024 MB", "javacpp.maxbytes");
    assertRefused(plan, new MemoryLimits(none, none, 2L << 30), "2,048 MB", "fewer latents");
  }

  private static void assertRefused(MemoryPlan plan, MemoryLimits limits, String... parts) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> plan.requireFits(limits)).getMessage();
    assertTrue(message.startsWith("training needs "), message);
    assertFalse(message.contains("\n"), message);
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void machineIsWhatTheKernelAndTheGroupSay() throws Exception {
    Path memInfo = directory.resolve("meminfo");
    Path group = directory.resolve("memory.max");
    assertEquals(MemoryLimits.NONE, MemoryLimits.available(memInfo, group));
    Files.writeString(memInfo, "MemTotal:  9 kB\nMemAvailable:    2048 kB\nBuffers: 1 kB\n");
    assertEquals(2 << 20, MemoryLimits.available(memInfo, group));
    Files.writeString(group, "max\n");
    assertEquals(2 << 20, MemoryLimits.available(memInfo, group));
    Files.writeString(group, "4096\n");
    assertEquals(4096, MemoryLimits.available(memInfo, group));
  }
}
