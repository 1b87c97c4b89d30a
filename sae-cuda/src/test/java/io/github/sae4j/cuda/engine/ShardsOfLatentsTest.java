package io.github.sae4j.cuda.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.product.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What latents split over several GPUs have in common with latents on one, bit for bit, and what
 * they have not (docs/adr/0011): each GPU has consecutive latents, and the emulated driver has the
 * GPUs.
 */
class ShardsOfLatentsTest {
  private static final int ROWS = 24;
  private static final int WIDTH = 20;
  private static final int N_LATENTS = 192;
  private static final int K = 7;

  @RegisterExtension
  private final EmulatedEngine emulated = new EmulatedEngine().with("EMU_DEVICES", 4);

  private final List<CudaEngine> shards = new ArrayList<>();
  private float[] x;
  private float[] encoder;
  private float[] bEnc;
  private float[] decoder;

  static Stream<Arguments> machines() {
    return Stream.of(2, 4)
        .flatMap(
            devices ->
                Stream.of("eager", "late")
                    .flatMap(
                        mode ->
                            Stream.of(false, true).map(ties -> Arguments.of(devices, mode, ties))));
  }

  private void open(int devices, String mode, boolean ties) {
    emulated.driver().set("EMU_MODE", mode);
    CudaDriver driver = CudaDriver.load();
    for (int d = 0; d < devices; d++) {
      shards.add(
          new CudaEngine(driver.gpu(d), Precision.FLOAT32, Optional.empty(), Encoder.RANGE_BYTES));
    }
    Random random = new Random(3);
    x = numbers(random, ROWS * WIDTH, ties);
    encoder = numbers(random, N_LATENTS * WIDTH, ties);
    bEnc = numbers(random, N_LATENTS, ties);
    decoder = numbers(random, N_LATENTS * WIDTH, false);
  }

  /** Whole numbers make many pre-activations equal. */
  private static float[] numbers(Random random, int n, boolean whole) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = whole ? random.nextInt(3) - 1 : (float) random.nextGaussian();
    }
    return values;
  }

  @AfterEach
  void close() {
    shards.forEach(CudaEngine::close);
  }

  private static Tensor on(CudaEngine engine, float[] values, int width) {
    Tensor tensor = engine.tensor(values.length / width, width);
    tensor.write(0, values, 0, values.length);
    return tensor;
  }

  private int each() {
    return N_LATENTS / shards.size();
  }

  /** The part of a shard of values that belong to latents. */
  private float[] part(float[] values, int shard) {
    int n = values.length / shards.size();
    return Arrays.copyOfRange(values, shard * n, (shard + 1) * n);
  }

  private SparseCodes encode(CudaEngine engine, float[] weights, float[] biases, Selection rule) {
    Tensor rows = on(engine, x, WIDTH);
    return engine
        .toHeap(
            engine
                .encode(
                    rows,
                    on(engine, weights, WIDTH),
                    on(engine, biases, biases.length),
                    List.of(rule))
                .get(0))
        .orElseThrow();
  }

  private record Entry(int row, int latent, float value) {}

  /** The candidates of all GPUs, with the latents' numbers in the whole dictionary. */
  private List<Entry> candidates(Selection rule) {
    List<Entry> entries = new ArrayList<>();
    for (int d = 0; d < shards.size(); d++) {
      SparseCodes local = encode(shards.get(d), part(encoder, d), part(bEnc, d), rule);
      for (int row = 0; row < ROWS; row++) {
        for (int i = local.rowStarts()[row]; i < local.rowStarts()[row + 1]; i++) {
          entries.add(new Entry(row, d * each() + local.latents()[i], local.floats()[i]));
        }
      }
    }
    return entries;
  }

  private static List<Entry> entries(SparseCodes codes) {
    List<Entry> entries = new ArrayList<>();
    for (int row = 0; row < codes.rows(); row++) {
      for (int i = codes.rowStarts()[row]; i < codes.rowStarts()[row + 1]; i++) {
        entries.add(new Entry(row, codes.latents()[i], codes.floats()[i]));
      }
    }
    return entries;
  }

  private static final Comparator<Entry> BY_PLACE =
      Comparator.comparingInt(Entry::row).thenComparingInt(Entry::latent);

  private static List<Entry> first(Stream<Entry> candidates, Comparator<Entry> order, int n) {
    return candidates.sorted(order.thenComparing(BY_PLACE)).limit(n).toList();
  }

  private void assertChosen(Selection rule, List<Entry> chosen) {
    List<Entry> sorted = chosen.stream().sorted(BY_PLACE).toList();
    List<Entry> whole = entries(encode(emulated.engine(), encoder, bEnc, rule));
    assertArrayEquals(whole.toArray(), sorted.toArray(), rule::toString);
    assertFalse(whole.isEmpty(), rule::toString);
  }

  @ParameterizedTest
  @MethodSource("machines")
  void theBestOfEachShardsBestAreTheBestOfAll(int devices, String mode, boolean ties) {
    open(devices, mode, ties);
    Comparator<Entry> largest = Comparator.comparing(Entry::value, Comparator.reverseOrder());
    Comparator<Entry> farthest =
        Comparator.comparing((Entry e) -> Math.abs(e.value()), Comparator.reverseOrder());
    List<Entry> top = candidates(new Selection.TopK(K));
    List<Entry> abs = candidates(new Selection.AbsTopK(K));
    List<Entry> topOfRows = new ArrayList<>();
    List<Entry> absOfRows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      int mine = row;
      topOfRows.addAll(first(top.stream().filter(e -> e.row() == mine), largest, K));
      absOfRows.addAll(first(abs.stream().filter(e -> e.row() == mine), farthest, K));
    }
    assertChosen(new Selection.TopK(K), topOfRows);
    assertChosen(new Selection.AbsTopK(K), absOfRows);
    Selection batch = new Selection.BatchTopK(K);
    assertChosen(batch, first(candidates(batch).stream(), largest, K * ROWS));
    assertChosen(new Selection.Positive(), candidates(new Selection.Positive()));
  }

  /** Some codes with the latents of one shard, numbered within it. */
  private SparseCodes partOf(SparseCodes codes, int shard) {
    int from = shard * each();
    List<Entry> mine =
        entries(codes).stream()
            .filter(e -> e.latent() >= from && e.latent() < from + each())
            .map(e -> new Entry(e.row(), e.latent() - from, e.value()))
            .toList();
    return codes(mine, each());
  }

  private static SparseCodes codes(List<Entry> entries, int nLatents) {
    int[] starts = new int[ROWS + 1];
    int[] latents = new int[entries.size()];
    float[] values = new float[entries.size()];
    for (int i = 0; i < latents.length; i++) {
      starts[entries.get(i).row() + 1]++;
      latents[i] = entries.get(i).latent();
      values[i] = entries.get(i).value();
    }
    Arrays.parallelPrefix(starts, Integer::sum);
    return SparseCodes.ofFloats(nLatents, starts, latents, values);
  }

  /** What a step does to the decoder of an engine: its products, sums, gradient, weights, m, v. */
  private static List<double[]> step(
      CudaEngine engine, SparseCodes codes, float[] error, float[] weights) {
    Tensor y = on(engine, error, WIDTH);
    Tensor w = on(engine, weights, WIDTH);
    engine.normaliseRows(w);
    List<double[]> made = new ArrayList<>();
    Consumer<Tensor> keep = tensor -> made.add(tensor.toDoubles());
    keep.accept(engine.latentSums(engine.sampledProduct(y, w, codes)));
    keep.accept(engine.latentSums(codes));
    Tensor gradient = engine.tensor(w.rows(), WIDTH);
    engine.accumulate(codes, y, gradient, false);
    keep.accept(gradient);
    Tensor mean = on(engine, new float[weights.length], WIDTH);
    Tensor variance = on(engine, new float[weights.length], WIDTH);
    for (int t = 1; t <= 3; t++) {
      engine.adam(
          w,
          mean,
          variance,
          FactoredGradient.of(new FactoredGradient.Term(codes, y, 2.0 / ROWS)),
          new AdamStep(1e-2, .9, .999, 1e-8, t, 1),
          true);
    }
    Stream.of(w, mean, variance).forEach(keep);
    return made;
  }

  @ParameterizedTest
  @MethodSource("machines")
  void theBackwardPassOfAShardIsThatOfItsLatents(int devices, String mode, boolean ties) {
    open(devices, mode, ties);
    SparseCodes codes = encode(emulated.engine(), encoder, bEnc, new Selection.TopK(K));
    List<double[]> whole = step(emulated.engine(), codes, x, decoder);
    for (int d = 0; d < devices; d++) {
      List<double[]> mine = step(shards.get(d), partOf(codes, d), x, part(decoder, d));
      for (int i = 0; i < whole.size(); i++) {
        int n = whole.get(i).length / devices;
        assertArrayEquals(
            Arrays.copyOfRange(whole.get(i), d * n, (d + 1) * n), mine.get(i), "result " + i);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("machines")
  void aSumThatTheNextShardContinuesHasTheBitsOfOneGpu(int devices, String mode, boolean ties) {
    open(devices, mode, ties);
    SparseCodes codes = encode(emulated.engine(), encoder, bEnc, new Selection.TopK(K));
    CudaEngine one = emulated.engine();
    double[] whole = one.decode(codes, on(one, decoder, WIDTH)).toDoubles();
    float[] continued = new float[ROWS * WIDTH];
    float[] added = new float[ROWS * WIDTH];
    for (int d = 0; d < devices; d++) {
      SparseCodes mine = partOf(codes, d);
      Tensor partial = shards.get(d).decode(mine, on(shards.get(d), part(decoder, d), WIDTH));
      addTo(added, partial);
      continued = continueSums(shards.get(d), continued, mine, part(decoder, d));
    }
    assertArrayEquals(whole, doubles(continued));
    assertFalse(Arrays.equals(whole, doubles(added)), "partial sums, added, have other bits");
    for (int i = 0; i < added.length; i++) {
      double bound = (K + devices) * 0x1p-23 * magnitude(codes, i / WIDTH, i % WIDTH);
      assertTrue(Math.abs(added[i] - whole[i]) <= bound, "value " + i);
    }
  }

  private static void addTo(float[] sums, Tensor partial) {
    double[] values = partial.toDoubles();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (float) values[i];
    }
  }

  /**
   * Decodes with the sums so far as further directions, which come first, each with a code of 1.
   */
  private float[] continueSums(
      CudaEngine engine, float[] sums, SparseCodes codes, float[] directions) {
    List<Entry> entries = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      entries.add(new Entry(row, row, 1));
    }
    entries(codes).forEach(e -> entries.add(new Entry(e.row(), ROWS + e.latent(), e.value())));
    entries.sort(BY_PLACE);
    float[] w = Arrays.copyOf(sums, sums.length + directions.length);
    System.arraycopy(directions, 0, w, sums.length, directions.length);
    Tensor out = engine.decode(codes(entries, ROWS + each()), on(engine, w, WIDTH));
    float[] floats = new float[sums.length];
    out.read(0, floats, 0, floats.length);
    return floats;
  }

  /** Returns {@code Σ |code · weight|} of an element of the reconstruction. */
  private double magnitude(SparseCodes codes, int row, int column) {
    double sum = 0;
    for (int i = codes.rowStarts()[row]; i < codes.rowStarts()[row + 1]; i++) {
      sum += Math.abs((double) codes.floats()[i] * decoder[codes.latents()[i] * WIDTH + column]);
    }
    return sum;
  }

  private static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }
}
