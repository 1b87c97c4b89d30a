package io.github.sae4j.examples.compression;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.api.Saes;
import io.github.sae4j.apply.compress.CompressionSettings;
import io.github.sae4j.apply.compress.Quantisation;
import io.github.sae4j.apply.compress.Quantisation.Scale;
import io.github.sae4j.cpu.Nd4jCpuLibrary;
import io.github.sae4j.pursuit.Pursuit;
import io.github.sae4j.store.MemorySource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Rate and distortion of {@code .saez} files beside other methods, on rows that neither the SAEs
 * nor the other methods were fitted to. Prints a table as Markdown, and a verdict.
 *
 * <pre>
 * CompressionStudy activations DUMP HOLDOUT SAE…    one SAE per seed
 * CompressionStudy embeddings DUMP SEEDS            mean-pooled texts of a dump; trains the SAEs
 * </pre>
 */
public final class CompressionStudy {
  private static final int TRAIN_ROWS = 16_384;
  private static final int TEST_ROWS = 16_384;
  private static final int INDEX_ROWS = 10_000;
  private static final int TEST_TEXTS = 5_000;
  private static final double FVU = 0.1;

  private final PrintStream out;
  private final int[] components;
  private final int[] pursuits;
  private final Results results = new Results();

  private CompressionStudy(PrintStream out, int[] components, int[] pursuits) {
    this.out = out;
    this.components = components;
    this.pursuits = pursuits;
  }

  public static void main(String[] words) throws IOException {
    Nd4jCpuLibrary.choose();
    boolean tokens = words[0].equals("activations");
    Path dump = Path.of(words[1]);
    CompressionStudy study =
        new CompressionStudy(
            System.out,
            tokens ? new int[] {64, 96, 128, 192} : new int[] {32, 64, 96, 128, 192},
            tokens ? new int[] {16, 20, 24, 32} : new int[] {16, 32, 64});
    if (tokens) {
      List<Path> saes = new ArrayList<>();
      for (String word : Arrays.asList(words).subList(3, words.length)) {
        saes.add(Path.of(word));
      }
      study.activations(dump, Long.parseLong(words[2]), saes);
    } else {
      study.embeddings(dump, Integer.parseInt(words[2]));
    }
    study.report();
  }

  private void report() {
    out.print(results.table());
    String ours =
        results
            .smallest("SAE", true, FVU)
            .map(best -> String.format(Locale.ROOT, "%s %.1fx", best.method(), best.ratio()))
            .orElse("the SAE does not reach it");
    String others =
        results
            .smallest("SAE", false, FVU)
            .map(best -> String.format(Locale.ROOT, "%s %.1fx", best.method(), best.ratio()))
            .orElse("no other method reaches it");
    out.printf(Locale.ROOT, "%nAt FVU <= %.1f: %s; best of the others: %s%n", FVU, ours, others);
  }

  /** Rows of tokens; labels are told from each text's mean row. */
  private void activations(Path dump, long holdout, List<Path> saes) throws IOException {
    StudyRows test = StudyRows.read(dump, holdout, TEST_ROWS);
    for (int seed = 1; seed <= saes.size(); seed++) {
      float[] train = StudyRows.read(dump, holdout / 4 * seed - TRAIN_ROWS, TRAIN_ROWS).rows();
      int[] order = shuffled(test.labels().length, seed);
      int half = order.length / 2;
      int[] left = Arrays.copyOf(order, half);
      int[] right = Arrays.copyOfRange(order, half, order.length);
      SparseAutoencoder sae = Saes.load(saes.get(seed - 1));
      for (Codec codec : codecs(train, test.width(), sae, seed)) {
        Codec.Coded coded = codec.code(test.rows()).packed();
        float[] pooled = test.pooled(coded.rows());
        Downstream.Accuracy accuracy =
            Downstream.of(
                StudyRows.rows(pooled, test.width(), left),
                test.labels(left),
                StudyRows.rows(pooled, test.width(), right),
                test.labels(right),
                test.width(),
                test.classes());
        add(codec, seed, test.width(), test.rows(), coded, accuracy);
      }
      sae.free();
    }
  }

  /** Texts as mean rows of length 1, split anew for each seed. */
  private void embeddings(Path dump, int seeds) throws IOException {
    StudyRows tokens = StudyRows.read(dump, 0, Integer.MAX_VALUE / 1024);
    int width = tokens.width();
    float[] texts = tokens.pooled(tokens.rows());
    for (int seed = 1; seed <= seeds; seed++) {
      int[] order = shuffled(tokens.labels().length, seed);
      int[] tests = Arrays.copyOf(order, TEST_TEXTS);
      int[] trains = Arrays.copyOfRange(order, TEST_TEXTS, order.length);
      int[] indexed = Arrays.copyOf(trains, Math.min(INDEX_ROWS, trains.length));
      float[] train = StudyRows.rows(texts, width, trains);
      float[] index = StudyRows.rows(texts, width, indexed);
      float[] test = StudyRows.rows(texts, width, tests);
      SparseAutoencoder sae = train(train, width, seed);
      float[] fit = Arrays.copyOf(train, Math.min(train.length, TRAIN_ROWS * width));
      for (Codec codec : codecs(fit, width, sae, seed)) {
        Codec.Coded coded = codec.code(test).packed();
        Downstream.Accuracy accuracy =
            Downstream.of(
                codec.code(index).rows(),
                tokens.labels(indexed),
                coded.rows(),
                tokens.labels(tests),
                width,
                tokens.classes());
        add(codec, seed, width, test, coded, accuracy);
      }
      sae.free();
    }
  }

  private static SparseAutoencoder train(float[] rows, int width, long seed) throws IOException {
    return Saes.train(MemorySource.of(rows, width))
        .latents(2048)
        .topK(32)
        .settings(settings -> settings.epochs(25).seed(seed))
        .run()
        .sae();
  }

  private static int[] shuffled(int n, long seed) {
    int[] order = new int[n];
    Random random = new Random(seed);
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private List<Codec> codecs(float[] train, int width, SparseAutoencoder sae, long seed) {
    List<Codec> codecs = new ArrayList<>();
    codecs.add(new HalfCodec(width));
    for (int bits : new int[] {8, 4}) {
      codecs.add(new ScalarCodec(train, width, bits, false));
      codecs.add(new ScalarCodec(train, width, bits, true));
    }
    Pca pca = new Pca(train, width);
    for (int count : components) {
      codecs.add(new PcaCodec(pca, train, count));
    }
    double squares = 0;
    for (float coefficient : pca.project(train, width)) {
      squares += (double) coefficient * coefficient;
    }
    double deviation = Math.sqrt(squares / train.length);
    for (double factor : new double[] {0.5, 1, 1.5, 2}) {
      codecs.add(
          new TransformCodec(
              pca, width, (float) (factor * deviation), "step %s σ".formatted(factor)));
    }
    for (int pieces : new int[] {32, 48, 64, 96}) {
      codecs.add(new ProductCodec(train, width, pieces, seed));
    }
    for (int bits : new int[] {4, 6, 8}) {
      codecs.add(saez(sae, bits, Scale.BLOCK));
    }
    codecs.add(saez(sae, 4, Scale.LATENT));
    for (int k : pursuits) {
      codecs.add(
          new SaezCodec(
              sae,
              CompressionSettings.DEFAULT
                  .with(new Quantisation(5, Scale.BLOCK))
                  .with(new Pursuit(Pursuit.Kind.ORTHOGONAL, k, false)),
              "SAE, orthogonal pursuit",
              "k = %d, 5 bits".formatted(k)));
    }
    return codecs;
  }

  private static Codec saez(SparseAutoencoder sae, int bits, Scale scale) {
    return new SaezCodec(
        sae,
        CompressionSettings.DEFAULT.with(new Quantisation(bits, scale)),
        "SAE",
        "%d bits, scale per %s".formatted(bits, scale.name().toLowerCase(Locale.ROOT)));
  }

  private void add(
      Codec codec,
      int seed,
      int width,
      float[] rows,
      Codec.Coded coded,
      Downstream.Accuracy accuracy) {
    double megabytes = 4e-6 * rows.length;
    Results.Trial trial =
        new Results.Trial(
            codec.method(),
            8.0 * coded.plain() / rows.length,
            fvu(rows, coded.rows(), width),
            accuracy.neighbours(),
            accuracy.probe(),
            megabytes / (1e-9 * coded.encodeNanos()),
            megabytes / (1e-9 * coded.decodeNanos()));
    results.add(codec.method() + " | " + codec.setting(), trial);
    System.err.printf("seed %d, %s %s: %s%n", seed, codec.method(), codec.setting(), trial);
  }

  /** Fraction of variance unexplained: squared errors over squared distances from the mean. */
  static double fvu(float[] rows, float[] decoded, int width) {
    double[] means = new double[width];
    for (int i = 0; i < rows.length; i++) {
      means[i % width] += (double) rows[i] * width / rows.length;
    }
    double error = 0;
    double variance = 0;
    for (int i = 0; i < rows.length; i++) {
      error += Math.pow((double) rows[i] - decoded[i], 2);
      variance += Math.pow(rows[i] - means[i % width], 2);
    }
    return error / variance;
  }
}
