package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.DenseCodes;
import io.github.sae4j.variant.Bottleneck;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ActiveCodesTest {
  private static final INDArray MATRIX =
      Nd4j.createFromArray(new float[][] {{0.9f, 0, -0.7f}, {0.5f, 0.2f, 0}});

  @Test
  void sigmoidCodesAboveOneHalfAreActive() {
    SparseCodes active = ActiveCodes.of(new DenseCodes(MATRIX), new SigmoidKl(0.05, 1));
    assertArrayEquals(new int[] {0, 1, 1}, active.rowStarts());
    assertEquals(0.9, active.value(0), 1e-6);
  }

  @Test
  void nonZeroLinearCodesAreActive() {
    SparseCodes active =
        ActiveCodes.of(new DenseCodes(MATRIX), new Bottleneck(Bottleneck.Activation.LINEAR));
    assertArrayEquals(new int[] {0, 2, 4}, active.rowStarts());
    assertArrayEquals(new int[] {0, 2, 0, 1}, Arrays.copyOf(active.latents(), 4));
    assertEquals(-0.7, active.value(1), 1e-6);
  }

  @Test
  void storedZerosAreNotActive() {
    int[] starts = {0, 2, 3};
    SparseCodes codes =
        SparseCodes.ofFloats(3, starts, new int[] {0, 2, 1}, new float[] {0, 3, -1});
    SparseCodes active = ActiveCodes.of(codes);
    assertArrayEquals(new int[] {0, 1, 2}, active.rowStarts());
    assertArrayEquals(new int[] {2, 1}, active.latents());
    assertSame(active, ActiveCodes.of(active, new TopK(2, 0, 0)));
  }

  /** Both gates are open for a positive row, but the second latent's magnitude is below zero. */
  @Test
  void openGateWithZeroMagnitudeIsNotActive() {
    INDArray wDec = Nd4j.createFromArray(new float[][] {{1}, {1}});
    SaeParameters p =
        new SaeParameters(
            wDec.transpose(),
            Nd4j.zeros(2),
            wDec,
            Nd4j.zeros(1),
            Map.of(
                Gated.R_MAG.key(), Nd4j.zeros(2),
                Gated.B_MAG.key(), Nd4j.createFromArray(new float[] {0, -9})),
            ParameterLayout.Form.AUTOENCODER);
    Gated variant = new Gated(0.1);
    SparseAutoencoder sae = new SparseAutoencoder(p, variant);
    INDArray x = Nd4j.createFromArray(new float[][] {{2}, {4}});
    SparseCodes active = ActiveCodes.of(sae.encode(x), variant);
    assertEquals(1, active.l0());
    LatentDensities.Counter counter = new LatentDensities.Counter(2);
    counter.add(sae.encode(x));
    assertEquals(2, counter.result().firings(0));
    assertEquals(1, counter.result().dead());
  }
}
