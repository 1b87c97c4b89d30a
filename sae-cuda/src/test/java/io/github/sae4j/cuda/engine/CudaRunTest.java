package io.github.sae4j.cuda.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cuda.driver.FakeDriver;
import io.github.sae4j.engine.Device;
import io.github.sae4j.engine.DeviceEngines;
import io.github.sae4j.product.Precision;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainConfigBuilder;
import io.github.sae4j.train.TrainListener;
import io.github.sae4j.train.TrainMetrics;
import io.github.sae4j.train.Trainer;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole runs with {@code --device cuda} on the emulated driver. */
class CudaRunTest {
  private static final int WIDTH = 16;
  private static final int STEPS = 40;
  private static final int BATCH = 64;

  @RegisterExtension private final FakeDriver fake = new FakeDriver().withOwnProducts();

  @TempDir private Path directory;

  /** Returns rows that are sums of two of 24 directions. */
  private static MemorySource rows() {
    Random random = new Random(5);
    float[][] features = new float[24][WIDTH];
    for (float[] feature : features) {
      for (int j = 0; j < WIDTH; j++) {
        feature[j] = (float) random.nextGaussian();
      }
    }
    float[] rows = new float[BATCH * STEPS * WIDTH];
    for (int at = 0; at < rows.length; at += WIDTH) {
      for (int i = 0; i < 2; i++) {
        float[] feature = features[random.nextInt(features.length)];
        for (int j = 0; j < WIDTH; j++) {
          rows[at + j] += feature[j];
        }
      }
    }
    return MemorySource.of(rows, WIDTH);
  }

  private static TrainConfigBuilder config(Variant variant) {
    return TrainConfig.builder(48, variant)
        .batch(BATCH)
        .emaDecay(.9)
        .clipNorm(1)
        .deadAfter(500)
        .logEvery(10)
        .checkpointEvery(20)
        .keepCheckpoints(9);
  }

  private List<Double> losses(TrainConfigBuilder config, Path run) throws Exception {
    List<Double> losses = new ArrayList<>();
    TrainListener listener =
        new TrainListener() {
          @Override
          public void onMetrics(TrainMetrics metrics) {
            losses.add(metrics.loss());
          }
        };
    Trainer trainer = new Trainer(rows(), config.build(), run);
    trainer.listener(listener);
    assertTrue(trainer.train().completed());
    return losses;
  }

  private static byte[] weights(Path run) throws Exception {
    return Files.readAllBytes(run.resolve("sae/sae_weights.safetensors"));
  }

  @Test
  void aRunThatDoesNotFitTheGpuIsRefusedBeforeItsFirstStep() throws Exception {
    fake.set("EMU_MEMORY_MB", 120).set("EMU_USED_MB", 60);
    TrainConfigBuilder config = config(new TopK(4, 8, 1.0 / 32)).device(Device.CUDA);
    Path run = directory.resolve("run");
    String message =
        assertThrows(IllegalArgumentException.class, () -> losses(config, run)).getMessage();
    assertTrue(
        message.matches(
            "training needs \\d+ MB of memory on GPU 0 \\(Emulated on the CPU\\), but \\d+ of its"
                + " 120 MB are free: choose fewer latents or a smaller batch, or end what else"
                + " uses the GPU"),
        message);
    fake.set("EMU_USED_MB", 0);
    assertFalse(losses(config, run).isEmpty());
  }

  @Test
  void aRunOnTheGpuLearnsWhatOneOnTheCpuDoes() throws Exception {
    for (Variant variant : List.of(new TopK(4, 8, 1.0 / 32), new JumpRelu(.01))) {
      List<Double> host = losses(config(variant), directory.resolve("cpu" + variant.name()));
      List<Double> gpu =
          losses(config(variant).device(Device.CUDA), directory.resolve("gpu" + variant.name()));
      assertEquals(host.size(), gpu.size());
      assertTrue(host.get(host.size() - 1) < .7 * host.get(0), "nothing was learnt: " + host);
      for (int i = 0; i < host.size(); i++) {
        assertEquals(host.get(i), gpu.get(i), 1e-4 * host.get(i), variant.name() + " line " + i);
      }
    }
    assertTrue(fake.calls("cuLaunchKernel") > STEPS);
  }

  /** The same bits for the same run, also if it stops at a checkpoint and goes on. */
  @Test
  void aResumedRunEndsWithTheSameBits() throws Exception {
    TopK variant = new TopK(4, 8, 1.0 / 32);
    Path whole = directory.resolve("whole");
    losses(config(variant).device(Device.CUDA), whole);
    Path stopped = directory.resolve("stopped");
    losses(config(variant).device(Device.CUDA), stopped);
    assertArrayEquals(weights(whole), weights(stopped), "a second run");
    try (var files = Files.walk(stopped.resolve("sae"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    try (var files = Files.walk(stopped.resolve("checkpoints"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (file.toString().contains("step-00000040")) {
          Files.delete(file);
        }
      }
    }
    Trainer trainer = new Trainer(rows(), config(variant).device(Device.CUDA).build(), stopped);
    assertTrue(trainer.resume().completed());
    assertArrayEquals(weights(whole), weights(stopped), "resumed");
  }

  /** Other bits, about the same loss; recorded, and compared on resuming. */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"TF32", "BFLOAT16"})
  void precisionsOfTheProductAreTheRunsOwn(Precision precision) throws Exception {
    TopK variant = new TopK(4, 8, 1.0 / 32);
    Path plain = directory.resolve("float32");
    List<Double> exact = losses(config(variant).device(Device.CUDA), plain);
    Path run = directory.resolve(precision.toString());
    TrainConfigBuilder rounding = config(variant).device(Device.CUDA).precision(precision);
    List<Double> rounded = losses(rounding, run);
    assertFalse(Arrays.equals(weights(plain), weights(run)), "nothing was rounded");
    for (int i = 0; i < exact.size(); i++) {
      assertEquals(exact.get(i), rounded.get(i), .05 * exact.get(i), "line " + i);
    }
    String written = Files.readString(run.resolve("config.json"));
    assertTrue(written.replace(" ", "").contains("\"precision\":\"" + precision + "\""), written);
    assertTrue(new Trainer(rows(), rounding.build(), run).resume().completed());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new Trainer(rows(), config(variant).device(Device.CUDA).build(), run).resume())
            .getMessage();
    assertTrue(message.contains("precision"), message);
  }

  /** What the GPU cannot do is refused before a file is left. */
  @Test
  void tf32NeedsAmpereOrLater() {
    fake.set("EMU_CAPABILITY", "7.5");
    TrainConfigBuilder config =
        config(new TopK(4, 0, 0)).device(Device.CUDA).precision(Precision.TF32);
    Path run = directory.resolve("turing");
    String message =
        assertThrows(IllegalArgumentException.class, () -> losses(config, run)).getMessage();
    assertEquals(
        "--precision tf32 needs a GPU of compute capability 8.0 or higher, but GPU 0 (Emulated on"
            + " the CPU) has 7.5; choose float32",
        message);
    assertFalse(Files.exists(run.resolve("config.json")));
  }

  @Test
  void runsOfASweepAreSpreadOverTheGpus() {
    fake.set("EMU_DEVICES", 2);
    assertEquals(Device.cuda(0), DeviceEngines.spread(Device.CUDA, 0));
    assertEquals(Device.cuda(1), DeviceEngines.spread(Device.AUTO, 1));
    assertEquals(Device.cuda(0), DeviceEngines.spread(Device.CUDA, 2));
    assertEquals(Device.cuda(1), DeviceEngines.spread(Device.cuda(1), 0));
    assertEquals(Device.CPU, DeviceEngines.spread(Device.CPU, 1));
  }

  /** In a build with -Pcuda there is no second way to the GPU. */
  @Test
  void besideNd4jsCudaBackendItIsRefused() {
    CudaDevices devices = new CudaDevices(true);
    String message =
        assertThrows(IllegalArgumentException.class, () -> devices.choose(Device.cuda(0)))
            .getMessage();
    assertTrue(message.startsWith("--device cuda:0 is for builds without -Pcuda; "), message);
    assertEquals(
        "ND4J's CUDA backend, which this build (-Pcuda) computes with",
        devices.choose(Device.AUTO).description());
    assertEquals(List.of(), devices.usable());
    assertEquals(List.of(Device.cuda(0)), new CudaDevices().usable());
  }

  @Test
  void whatCannotBeUsedIsRefused() {
    fake.set("EMU_NO_DEVICE", 1);
    assertEquals(Device.CPU, DeviceEngines.choose(Device.AUTO).device());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    losses(config(new TopK(4, 0, 0)).device(Device.CUDA), directory.resolve("no")))
            .getMessage();
    assertTrue(message.startsWith("--device cuda cannot be used: "), message);
  }
}
