package io.github.sae4j.examples.classic;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.train.InputNormalisation;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.variant.SigmoidKl;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A sparse autoencoder of small pieces of photographs finds edges (Ng, CS294A lecture notes,
 * section 4, and its exercise): 64 → 25 latents, sigmoid, ρ = 0.01, β = 3.
 *
 * <pre>NaturalImages PICTURES OUT [SEED]</pre>
 *
 * <p>PICTURES is a directory whose pictures are all read. Unlike the exercise's, the decoder is
 * linear, the loss has no factor ½, there is no weight decay, and Adam minimises it.
 */
public final class NaturalImages {
  private static final int SIDE = 8;
  private static final int COLUMNS = 5;
  private static final int ZOOM = 8;
  static final int LATENTS = 25;

  private NaturalImages() {}

  /** Patches of all pictures in a directory, whitened. */
  static Rows patches(Path pictures, int count, long seed) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(pictures)) {
      files = found.filter(file -> file.toString().endsWith(".jpg")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(pictures + ": expected pictures, *.jpg, found none");
    }
    Whitening whitening = new Whitening(.4, 10);
    Photograph[] white = new Photograph[files.size()];
    for (int i = 0; i < white.length; i++) {
      white[i] = whitening.apply(Photograph.read(files.get(i)).halved()).standardised();
    }
    return Patches.squashed(new Patches(SIDE, count).cut(List.of(white), seed));
  }

  /** The SAE of patches. */
  static SparseAutoencoder train(Rows patches, long tokens, long seed, Path run)
      throws IOException {
    double rho = Double.parseDouble(System.getProperty("rho", "0.01"));
    double beta = Double.parseDouble(System.getProperty("beta", "3"));
    double lr = Double.parseDouble(System.getProperty("lr", "0.003"));
    TrainConfig config =
        TrainConfig.builder(Integer.getInteger("latents", LATENTS), new SigmoidKl(rho, beta))
            .inputNormalisation(InputNormalisation.valueOf(System.getProperty("norm", "NONE")))
            .totalTokens(tokens)
            .batchRows(Integer.getInteger("batch", 1000))
            .learningRate(lr)
            .checkpointEverySteps(1_000_000)
            .seed(seed)
            .build();
    return patches.train(config, run);
  }

  /** Each latent's encoder weights, of norm 1: the patch that excites it most. */
  static float[][] filters(SparseAutoencoder sae) {
    float[][] filters = sae.parameters().wEnc().transpose().toFloatMatrix();
    for (float[] filter : filters) {
      double squares = 0;
      for (float weight : filter) {
        squares += weight * weight;
      }
      for (int i = 0; i < filter.length; i++) {
        filter[i] /= (float) Math.sqrt(squares);
      }
    }
    return filters;
  }

  /** The median orientedness of filters. */
  static double medianOrientedness(float[][] filters) {
    double[] each =
        Arrays.stream(filters).mapToDouble(filter -> Orientedness.of(filter, SIDE)).toArray();
    Arrays.sort(each);
    return each[each.length / 2];
  }

  /** Filters of random weights, for comparison. */
  static float[][] noise(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] noise = new float[count][SIDE * SIDE];
    for (float[] filter : noise) {
      for (int i = 0; i < filter.length; i++) {
        filter[i] = (float) random.nextDouble(-1, 1);
      }
    }
    return noise;
  }

  static void print(PrintStream to, float[][] filters, long seed) {
    to.printf(
        Locale.ROOT,
        "orientedness, median: %.3f of %d filters, %.3f of noise%n",
        medianOrientedness(filters),
        filters.length,
        medianOrientedness(noise(1000, seed)));
    double[] each =
        Arrays.stream(filters)
            .mapToDouble(filter -> Orientedness.of(filter, SIDE))
            .sorted()
            .toArray();
    to.println(Arrays.toString(each));
  }

  /** See the class. */
  public static void main(String[] args) throws IOException {
    if (args.length < 2 || args.length > 3) {
      throw new IllegalArgumentException("usage: NaturalImages PICTURES OUT [SEED]");
    }
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    Path out = Path.of(args[1]);
    Rows patches = patches(Path.of(args[0]), Integer.getInteger("patches", 10_000), seed);
    SparseAutoencoder sae =
        train(patches, Long.getLong("tokens", 10_000_000), seed, out.resolve("run"));
    float[][] filters = filters(sae);
    Mosaic mosaic = new Mosaic(SIDE, SIDE, COLUMNS, ZOOM);
    mosaic.write(filters, out.resolve("edges.png"));
    mosaic.write(sae.parameters().wDec().toFloatMatrix(), out.resolve("edges-dec.png"));
    double[][] rates = {
      sae.encode(patches.values(), (int) patches.rows()).toDense().mean(0).data().asDouble()
    };
    System.out.println(Arrays.toString(rates[0]));
    print(System.out, filters, seed);
  }
}
