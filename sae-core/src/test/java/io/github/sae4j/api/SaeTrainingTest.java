package io.github.sae4j.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.checkpoint.SaeFormat;
import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.format.TorchWriter;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.store.OnNonFinite;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainMetrics;
import io.github.sae4j.train.Trainer;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class SaeTrainingTest {
  private static final int WIDTH = 12;
  private static final int ROWS = 1000;

  private final float[][] rows = rows();
  @TempDir Path directory;

  /** Rows that are sums of two of twelve axes. */
  private static float[][] rows() {
    Random random = new Random(4);
    float[][] rows = new float[ROWS][WIDTH];
    for (float[] row : rows) {
      row[random.nextInt(WIDTH)] += 1 + random.nextFloat();
      row[random.nextInt(WIDTH)] += 1 + random.nextFloat();
    }
    return rows;
  }

  private static SaeTraining set(SaeTraining training) {
    return training
        .latents(24)
        .topK(2)
        .settings(s -> s.batch(50).epochs(3).learningRate(3e-3).seed(7).logEvery(5));
  }

  private static TrainConfig config() {
    return TrainConfig.builder(24, TopK.withAuxK(2, WIDTH))
        .batch(50)
        .epochs(3)
        .learningRate(3e-3)
        .seed(7)
        .build();
  }

  /** Batches of the rows, of different sizes. */
  private DataSetIterator iterator() {
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0, size = 1; from < ROWS; from += size, size = size % 90 + 7) {
      INDArray x =
          Nd4j.createFromArray(Arrays.copyOfRange(rows, from, Math.min(ROWS, from + size)));
      batches.add(new DataSet(x, x));
    }
    return new ListDataSetIterator<>(batches, 1);
  }

  private static float[] weights(SparseAutoencoder sae) {
    return sae.parameters().wDec().dup('c').data().asFloat();
  }

  private float[] expected() throws IOException {
    Path run = directory.resolve("expected");
    new Trainer(MemorySource.of(rows), config(), run).overwrite(true).train();
    return weights(SaeDirectory.read(run.resolve("sae")).sae());
  }

  private static long temporaryRuns() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return entries
          .filter(path -> path.getFileName().toString().startsWith("sae4j-training"))
          .count();
    }
  }

  private static String refused(Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }

  @Test
  void everyKindOfRowsGivesTheBitsOfTrainer() throws Exception {
    float[] expected = expected();
    Path file = directory.resolve("rows.pt");
    INDArray matrix = Nd4j.createFromArray(rows);
    float[] values = MemorySource.of(rows).toArray();
    FloatTensor tensor =
        FloatTensor.of(
            (from, dst, at, n) -> System.arraycopy(values, (int) from, dst, at, n), ROWS, WIDTH);
    TorchWriter.write(file, Map.of("x", tensor, "y", tensor));
    List<SaeTraining> trainings =
        List.of(
            Saes.train(rows),
            Saes.train(matrix),
            Saes.train(file, "x"),
            Saes.train(iterator()),
            Saes.train(MemorySource.of(rows)));
    long before = temporaryRuns();
    for (SaeTraining training : trainings) {
      TrainedSae trained = set(training).run();
      assertTrue(trained.completed());
      assertEquals(60, trained.steps());
      assertEquals(3000, trained.tokens());
      assertArrayEquals(expected, weights(trained.sae()));
    }
    assertEquals(before, temporaryRuns());
    assertTrue(refused(() -> set(Saes.train(file)).run()).contains("x"), "names the tensors");
  }

  @Test
  void aStoppedRunReturnsADictionaryAndResumesToTheSameBits() throws Exception {
    Path run = directory.resolve("run");
    List<Long> steps = new ArrayList<>();
    SaeTraining training =
        set(Saes.train(rows))
            .into(run)
            .onMetrics(m -> steps.add(m.step()))
            .stopWhen(m -> m.step() == 20);
    TrainedSae stopped = training.run();
    assertFalse(stopped.completed());
    assertEquals(20, stopped.steps());
    assertArrayEquals(weights(stopped.sae()), weights(Saes.load(run)));
    TrainedSae resumed = training.resume();
    assertTrue(resumed.completed());
    assertArrayEquals(expected(), weights(resumed.sae()));
    assertArrayEquals(expected(), weights(Saes.load(run)));
    assertEquals(List.of(1L, 5L, 10L, 15L, 20L, 25L), steps.subList(0, 6));
    assertArrayEquals(expected(), weights(training.resume().sae()), "a finished run");
  }

  @Test
  void anotherThreadStopsIt() throws Exception {
    SaeTraining training = set(Saes.train(rows)).settings(s -> s.epochs(1e6));
    training.onMetrics(
        m -> {
          Thread other = new Thread(training::stop);
          other.start();
          joined(other);
        });
    TrainedSae stopped = training.run();
    assertFalse(stopped.completed());
    assertEquals(1, stopped.steps());
    assertEquals(2, stopped.sae().encode(rows[0]).l0());
    training.stop();
    assertThrows(CancellationException.class, training::run);
  }

  private static void joined(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void rowsOfAnIteratorAreKeptForResuming() throws Exception {
    Path run = directory.resolve("run");
    set(Saes.train(iterator())).into(run).stopWhen(m -> m.step() == 20).run();
    DataSetIterator others =
        new ListDataSetIterator<>(List.of(new DataSet(Nd4j.ones(5, 3), Nd4j.ones(5, 1))), 1);
    TrainedSae resumed = set(Saes.train(others)).into(run).resume();
    assertArrayEquals(expected(), weights(resumed.sae()));
  }

  @Test
  void resumingWithoutARunStartsOne() throws Exception {
    Path run = directory.resolve("run");
    assertArrayEquals(expected(), weights(set(Saes.train(iterator())).into(run).resume().sae()));
    assertTrue(
        refused(() -> set(Saes.train(rows)).into(run).settings(s -> s.seed(8)).resume())
            .contains("seed was 7 and is now 8"));
    assertThrows(IllegalStateException.class, () -> set(Saes.train(rows)).resume());
  }

  @Test
  void anOlderRunIsReplacedOnlyOnRequest() throws Exception {
    Path run = directory.resolve("run");
    set(Saes.train(iterator())).into(run).run();
    Path kept = run.resolve("iterator-rows/manifest.json");
    Object before = Files.getLastModifiedTime(kept);
    assertTrue(refused(() -> set(Saes.train(iterator())).into(run).run()).contains("already"));
    assertEquals(before, Files.getLastModifiedTime(kept), "its rows stay, too");
    TrainedSae other =
        set(Saes.train(iterator())).settings(s -> s.seed(8)).into(run).overwrite().run();
    assertFalse(Arrays.equals(expected(), weights(other.sae())));
  }

  @Test
  void stepsOfATimeSeriesAreRows() throws Exception {
    INDArray series = Nd4j.rand(40, 3, 5);
    INDArray mask = Nd4j.ones(40, 5);
    for (int example = 0; example < 40; example++) {
      mask.putScalar(example, 4, 0);
    }
    DataSet batch = new DataSet(series, series, mask, mask);
    Path run = directory.resolve("run");
    Saes.train(new ListDataSetIterator<>(List.of(batch), 1))
        .latents(6)
        .topK(1)
        .settings(s -> s.batch(40))
        .into(run)
        .run();
    try (ActivationSource kept = ActivationSources.open(run.resolve("iterator-rows"), "features")) {
      assertEquals(160, kept.rows());
      float[] row = new float[3];
      kept.read(4 + 2, 1, row, 0); // the third step of the second example
      float[] step = {series.getFloat(1, 0, 2), series.getFloat(1, 1, 2), series.getFloat(1, 2, 2)};
      assertArrayEquals(step, row);
    }
  }

  @Test
  void nonFiniteRowsAreRefusedUnlessSkipped() throws Exception {
    rows[3][2] = Float.NaN;
    String message = "row 3, column 2 of %s is NaN, which is not a finite number";
    assertEquals(message.formatted("rows in memory"), refused(() -> set(Saes.train(rows)).run()));
    assertEquals(
        message.formatted("the iterator's features"),
        refused(() -> set(Saes.train(iterator())).run()));
    assertTrue(
        set(Saes.train(rows)).settings(s -> s.onNonfinite(OnNonFinite.SKIP)).run().completed());
  }

  @Test
  void badInputIsRefusedInOneSentence() {
    assertEquals(
        "the number of latents is not set: call latents(…)",
        assertThrows(IllegalStateException.class, () -> Saes.train(rows).topK(2).run())
            .getMessage());
    assertEquals(
        "the variant is not set: call topK(…) or variant(…)",
        assertThrows(IllegalStateException.class, () -> Saes.train(rows).latents(2).run())
            .getMessage());
    assertEquals(
        "the iterator has no examples to train on",
        refused(() -> set(Saes.train(new ListDataSetIterator<>(List.of(), 1))).run()));
    List<DataSet> widths =
        List.of(
            new DataSet(Nd4j.ones(5, 3), Nd4j.ones(5, 1)),
            new DataSet(Nd4j.ones(5, 4), Nd4j.ones(5, 1)));
    assertEquals(
        "batch 1 of the iterator has features of width 4, but earlier batches have 3",
        refused(() -> set(Saes.train(new ListDataSetIterator<>(widths, 1))).run()));
    assertTrue(refused(() -> Saes.train(rows).latents(4).topK(5).run()).contains("5"));
    assertTrue(refused(() -> Saes.train(rows).latents(-4).topK(5).run()).contains("--latents"));
  }

  @Test
  void fewRowsNeedNoBatchToBeSet() throws Exception {
    int[] counts = {2, 7, rows.length};
    for (int count : counts) {
      TrainedSae trained = Saes.train(Arrays.copyOf(rows, count)).latents(8).topK(2).run();
      int batch = Math.max(1, count / 8);
      assertEquals(count / batch, trained.steps());
      assertEquals(trained.steps() * batch, trained.tokens());
    }
  }

  @Test
  void everyFormatRoundTrips() throws Exception {
    SparseAutoencoder sae = set(Saes.train(rows)).run().sae();
    for (SaeFormat format :
        List.of(SaeFormat.SAELENS, SaeFormat.SPARSIFY, SaeFormat.DICTIONARY_LEARNING)) {
      Path target = directory.resolve(format.label());
      Saes.save(sae, target, format);
      assertEquals(sae.encode(rows), Saes.load(target).encode(rows), format.label());
      assertEquals(sae.encode(rows), Saes.load(target, format).encode(rows), format.label());
    }
    SparseAutoencoder relu =
        set(Saes.train(rows)).variant(new ReluL1(.01, ReluL1.Weighting.PLAIN)).run().sae();
    Path target = directory.resolve("relu");
    Saes.save(relu, target);
    assertEquals(relu.encode(rows), Saes.load(target).encode(rows));
    assertThrows(NoSuchFileException.class, () -> Saes.load(directory.resolve("none")));
    Files.writeString(directory.resolve("text"), "no dictionary");
    assertTrue(refused(() -> Saes.save(relu, directory.resolve("text"))).contains("is not an SAE"));
  }

  @Test
  void trainedSaesAreSavedWithTheirProvenance() throws Exception {
    TrainedSae trained = set(Saes.train(MemorySource.of(rows).describedAs("axes"))).run();
    Path target = directory.resolve("sae");
    trained.save(target);
    assertEquals(trained.provenance(), SaeDirectory.read(target).provenance());
    assertEquals("axes", trained.provenance().dump());
    assertEquals(3000, trained.provenance().tokensSeen());
  }

  @Test
  void listenersAreCalled() throws Exception {
    List<TrainMetrics> seen = new ArrayList<>();
    set(Saes.train(rows)).onMetrics(seen::add).run();
    assertEquals(List.of(1L, 5L, 10L), seen.stream().map(TrainMetrics::step).limit(3).toList());
    assertEquals(60, seen.get(12).step());
  }
}
