package io.github.sae4j.examples.classic;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.train.InputNormalisation;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.variant.SigmoidKl;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A sparse autoencoder of small patches of photographs finds edges (Ng, CS294A lecture notes,
 * section 4, and its exercise): 64 → 25 latents, sigmoid, ρ = 0.01, β = 3.
 *
 * <pre>NaturalImages PICTURES OUT [SEED [free]]</pre>
 *
 * <p>PICTURES is a directory; all its {@code *.jpg} files are read. Unlike in the exercise, the
 * decoder is linear, the loss has no factor ½, Adam minimises it, and decoder rows are kept at norm
 * 1 instead of using weight decay. Something must bound the decoder: if it is {@code free}, tiny
 * activations and large weights make the sigmoid practically linear, and no edges appear.
 */
public final class NaturalImages {
  private static final int SIDE = 8;
  private static final int LATENTS = 25;
  private static final int PATCHES = 100_000;
  private static final long TOKENS = 4_000_000;
  private static final Whitening WHITENING = new Whitening(.4, 10);
  private static final Mosaic MOSAIC = new Mosaic(SIDE, SIDE, 5, 8);

  private NaturalImages() {}

  /** Returns patches of all pictures in a directory, each picture halved and whitened. */
  static Rows patches(Path pictures, int count, long seed) throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(pictures)) {
      files = found.filter(file -> file.toString().endsWith(".jpg")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "expected pictures (*.jpg) in " + pictures + ", found none");
    }
    List<Photograph> white = new ArrayList<>();
    for (Path file : files) {
      white.add(WHITENING.apply(Photograph.read(file).halved()).standardised());
    }
    return Patches.squashed(new Patches(SIDE, count).cut(white, seed));
  }

  /** Returns the settings of the SAE. */
  static TrainConfig config(long tokens, boolean unitNormDecoder, long seed) {
    return TrainConfig.builder(LATENTS, new SigmoidKl(.01, 3))
        .normaliseInputs(InputNormalisation.NONE)
        .unitNormDecoder(unitNormDecoder)
        .tokens(tokens)
        .batch(1000)
        .learningRate(3e-3)
        .seed(seed)
        .build();
  }

  /** Returns each latent's encoder weights scaled to norm 1: the patch that excites it most. */
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

  /** Returns the orientedness of each filter, in ascending order. */
  static double[] orientedness(float[][] filters) {
    return Arrays.stream(filters)
        .mapToDouble(filter -> Orientedness.of(filter, SIDE))
        .sorted()
        .toArray();
  }

  /** Returns filters with random weights, for comparison. */
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

  private static void print(PrintStream to, String of, float[][] filters) {
    double[] each = orientedness(filters);
    to.printf(
        Locale.ROOT,
        "orientedness of %d %s: median %.3f, least %.3f, above 0.9: %d %%%n",
        each.length,
        of,
        each[each.length / 2],
        each[0],
        Math.round(
            100.0 * Arrays.stream(each).filter(fraction -> fraction > .9).count() / each.length));
  }

  /** Runs the study with the arguments described above. */
  public static void main(String[] args) throws IOException {
    if (args.length < 2 || args.length > 4) {
      throw new IllegalArgumentException("usage: NaturalImages PICTURES OUT [SEED [free]]");
    }
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    boolean unitNormDecoder = args.length < 4 || !args[3].equals("free");
    Path out = Path.of(args[1]);
    Rows patches = patches(Path.of(args[0]), PATCHES, seed);
    SparseAutoencoder sae =
        patches.train(config(TOKENS, unitNormDecoder, seed), out.resolve("edges"));
    float[][] filters = filters(sae);
    String name = unitNormDecoder ? "edges" : "edges-free";
    MOSAIC.write(filters, out.resolve(name + ".png"));
    print(System.out, "filters, decoder " + (unitNormDecoder ? "of norm 1" : "free"), filters);
    print(System.out, "filters of noise", noise(1000, seed));
  }
}
