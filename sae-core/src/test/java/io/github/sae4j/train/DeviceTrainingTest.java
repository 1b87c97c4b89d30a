package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.DeviceEngine;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantExamples;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps taken by a device's engine; here the host's in its place, so the bits must be equal. */
class DeviceTrainingTest {
  private static final int WIDTH = 16;
  private static final int N_LATENTS = 48;
  private static final int BATCH = 64;
  private static final int STEPS = 24;

  static Stream<Variant> variants() {
    return VariantExamples.ofEachClass(WIDTH, N_LATENTS);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aDeviceTrainsAsTheHostDoes(Variant variant) {
    TrainConfigBuilder config =
        TrainConfig.builder(N_LATENTS, variant)
            .batch(BATCH)
            .emaDecay(.9)
            .clipNorm(.05)
            .deadAfter(300);
    assertSameRuns(config.build());
  }

  @Test
  void withTiedWeightsAndWithoutAnAverage() {
    TrainConfigBuilder config = TrainConfig.builder(N_LATENTS, new TopK(4, 8, 1.0 / 32));
    assertSameRuns(config.batch(BATCH).tied(true).emaDecay(0).build());
  }

  private static void assertSameRuns(TrainConfig config) {
    MemorySource rows = new SyntheticFeatures(40, WIDTH, .2, 5).rows(BATCH * STEPS, 9);
    try (TrainingNetwork host = network(config, rows, Optional.empty());
        TrainingNetwork device = network(config, rows, Optional.of(HostAsDevice.engine()))) {
      for (int step = 0; step < STEPS; step++) {
        float[] batch =
            Arrays.copyOfRange(rows.toArray(), step * BATCH * WIDTH, (step + 1) * BATCH * WIDTH);
        LossTerms expected = host.step(batch.clone(), BATCH, config.variant());
        LossTerms found = device.step(batch.clone(), BATCH, config.variant());
        assertEquals(expected.total(), found.total(), 0, "step " + step);
        assertEquals(expected.l0(), found.l0(), 0, "step " + step);
        assertEquals(host.deadFraction(), device.deadFraction());
        if (step % 7 == 3) {
          assertSameState(host, device);
        }
        if (step == 12) { // the host changes weights, which the device must see
          host.layer().parameters().bDec().addi(.125);
          device.layer().parameters().bDec().addi(.125);
        }
      }
      assertSameState(host, device);
      assertTrue(device.isFinite());
      SaeParameters expected = host.finish(config.variant()).parameters();
      SaeParameters found = device.finish(config.variant()).parameters();
      Bits.assertSame(expected.wEnc(), found.wEnc());
      Bits.assertSame(expected.wDec(), found.wDec());
      Bits.assertSame(expected.bEnc(), found.bEnc());
      Bits.assertSame(expected.bDec(), found.bDec());
      expected.extras().forEach((key, array) -> Bits.assertSame(array, found.get(key)));
    }
  }

  private static TrainingNetwork network(
      TrainConfig config, MemorySource rows, Optional<DeviceEngine> engine) {
    TrainingNetwork network =
        new TrainingNetwork(config, TrainPlan.of(config, rows), RowParts.whole(WIDTH), engine);
    RowSample sample = new RowSample(rows.toArray(), (int) rows.rows(), WIDTH);
    network.initialise(sample, config.initialWeights(), 1);
    return network;
  }

  /** Compares what a checkpoint holds. */
  private static void assertSameState(TrainingNetwork host, TrainingNetwork device) {
    NetworkState expected = host.state();
    NetworkState found = device.state();
    assertArrayEquals(values(expected.parameters()), values(found.parameters()));
    assertArrayEquals(values(expected.updater()), values(found.updater()));
    if (expected.average() != null) {
      assertArrayEquals(values(expected.average()), values(found.average()));
    }
    assertArrayEquals(expected.latents().tokensSinceFired(), found.latents().tokensSinceFired());
  }

  private static float[] values(HostFloats floats) {
    float[] values = new float[floats.rows() * floats.width()];
    floats.get(0L, values, 0, values.length);
    return values;
  }

  @Test
  void onlyAdamRunsOnADevice() {
    TrainConfig config =
        TrainConfig.builder(N_LATENTS, new TopK(4, 0, 0))
            .batch(BATCH)
            .updater(Updater.NADAM)
            .build();
    MemorySource rows = MemorySource.of(new float[200 * WIDTH], WIDTH);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new TrainingNetwork(
                        config,
                        TrainPlan.of(config, rows),
                        RowParts.whole(WIDTH),
                        Optional.of(HostAsDevice.engine())))
            .getMessage();
    assertTrue(message.startsWith("a GPU trains with --updater adam only"), message);
  }
}
