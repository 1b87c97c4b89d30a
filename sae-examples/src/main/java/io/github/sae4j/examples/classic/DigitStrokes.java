package io.github.sae4j.examples.classic;

import io.github.sae4j.train.InputNormalisation;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A sparse autoencoder of handwritten digits finds strokes (Ng, "Exercise: Vectorization" of the
 * UFLDL tutorial, which has 196 latents, ρ = 0.1, β = 3). Compares the exercise's sigmoid with TopK
 * at k = 20, both with decoder rows of norm 1.
 *
 * <pre>DigitStrokes DIGITS OUT [SEED]</pre>
 *
 * <p>DIGITS is a directory in the format of {@link Digits#read}. The pictures show the decoder:
 * what a latent adds to a digit. Encoder weights of pixels that are always black keep their random
 * initial values because there is no weight decay.
 */
public final class DigitStrokes {
  private static final int LATENTS = 196;
  private static final long TOKENS = 500_000;
  private static final int PIXELS = Digits.SIDE * Digits.SIDE;
  private static final Mosaic MOSAIC = new Mosaic(Digits.SIDE, Digits.SIDE, 14, 1);

  private DigitStrokes() {}

  /** Returns the settings of an SAE for digits. */
  static TrainConfig config(int nLatents, Variant variant, long tokens, long seed) {
    return TrainConfig.builder(nLatents, variant)
        .normaliseInputs(InputNormalisation.NONE)
        .unitNormDecoder(true)
        .tokens(tokens)
        .batch(250)
        .learningRate(1e-3)
        .seed(seed)
        .build();
  }

  /** Runs the study with the arguments described above. */
  public static void main(String[] args) throws IOException {
    if (args.length < 2 || args.length > 3) {
      throw new IllegalArgumentException("usage: DigitStrokes DIGITS OUT [SEED]");
    }
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    Path out = Path.of(args[1]);
    Rows pixels = Digits.read(Path.of(args[0])).shuffled(label -> true, seed).pixels();
    for (Variant variant : List.of(new SigmoidKl(.1, 3), TopK.withAuxK(20, PIXELS))) {
      Path run = out.resolve("strokes-" + variant.name());
      var sae = pixels.train(config(LATENTS, variant, TOKENS, seed), run);
      Path png = out.resolve("strokes-" + variant.name() + ".png");
      MOSAIC.write(sae.parameters().wDec().toFloatMatrix(), png);
      List<String> metrics = Files.readAllLines(run.resolve("metrics.jsonl"));
      System.out.println(variant.name() + ", last step: " + metrics.get(metrics.size() - 1));
    }
  }
}
