package io.github.sae4j.examples.classic;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.train.InputNormalisation;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A sparse autoencoder of handwritten digits finds strokes (Ng, "Exercise: Vectorization" of the
 * UFLDL tutorial, which has 196 latents, ρ = 0.1, β = 3).
 *
 * <pre>DigitStrokes DIGITS OUT [SEED]</pre>
 *
 * <p>DIGITS is a directory as {@link Digits#read} has it. What is drawn is the decoder: what a
 * latent adds to a picture. Encoder weights of pixels that are always black keep their first,
 * random values, since no weight decay takes them away.
 */
public final class DigitStrokes {
  private DigitStrokes() {}

  /** Settings of an SAE of digits. */
  static TrainConfig config(int nLatents, Variant variant, long tokens, long seed) {
    return TrainConfig.builder(nLatents, variant)
        .inputNormalisation(InputNormalisation.NONE)
        .unitNormDecoder(Boolean.getBoolean("unit") || variant instanceof TopK)
        .totalTokens(tokens)
        .batchRows(Integer.getInteger("batch", 250))
        .learningRate(Double.parseDouble(System.getProperty("lr", "0.001")))
        .seed(seed)
        .build();
  }

  /** See the class. */
  public static void main(String[] args) throws IOException {
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    Path out = Path.of(args[1]);
    Digits digits = Digits.read(Path.of(args[0])).shuffled(label -> true, seed);
    int n = Integer.getInteger("latents", 196);
    Variant variant =
        Integer.getInteger("k", 0) > 0
            ? TopK.withAuxK(Integer.getInteger("k"), 784)
            : new SigmoidKl(
                Double.parseDouble(System.getProperty("rho", "0.1")),
                Double.parseDouble(System.getProperty("beta", "3")));
    SparseAutoencoder sae =
        digits
            .pixels()
            .train(config(n, variant, Long.getLong("tokens", 500_000), seed), out.resolve("run"));
    float[][] decoder = sae.parameters().wDec().toFloatMatrix();
    new Mosaic(28, 28, 14, 1).write(decoder, out.resolve("strokes.png"));
    new Mosaic(28, 28, 14, 1)
        .write(sae.parameters().wEnc().transpose().toFloatMatrix(), out.resolve("strokes-enc.png"));
  }
}
