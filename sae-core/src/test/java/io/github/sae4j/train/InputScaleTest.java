package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class InputScaleTest {

  @Test
  void makesTheMeanSquaredNormOne() {
    // squared norms 25 and 75: the mean is 50
    RowSample sample = new RowSample(new float[] {3, 4, 5, (float) Math.sqrt(50)}, 2, 2);
    InputScale scale = InputScale.estimate(sample, "rows");
    assertEquals(1 / Math.sqrt(50), scale.factor(), 1e-7);
    float[] values = {3, 4};
    scale.apply(values);
    assertArrayEquals(new float[] {0.42426407f, 0.56568545f}, values, 1e-6f);
  }

  @Test
  void refusesRowsWithoutAScale() {
    assertFault("rows holds nothing but zeros", 0, 0);
    assertFault("rows holds values that are not finite", 1, Float.NaN);
    assertFault("rows holds values that are not finite", Float.POSITIVE_INFINITY, 1);
  }

  private static void assertFault(String message, float... values) {
    RowSample sample = new RowSample(values, 1, 2);
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> InputScale.estimate(sample, "rows"))
            .getMessage());
  }

  @Test
  void foldedSaeDoesOnRawRowsWhatTheOtherDoesOnScaledOnes() {
    InputScale scale = new InputScale(0.037f);
    Nd4j.getRandom().setSeed(4);
    INDArray raw = Nd4j.randn(50, 8).muli(25).addi(3);
    INDArray scaled = raw.mul(scale.factor());
    List<Variant> variants =
        List.of(
            new TopK(4, 0, 0),
            new ReluL1(0.1, ReluL1.Weighting.PLAIN),
            new ReluL1(0.1, ReluL1.Weighting.DECODER_NORM),
            new SigmoidKl(0.1, 1));
    for (Variant variant : variants) {
      SparseAutoencoder inner =
          new SparseAutoencoder(
              new SaeParameters(
                  Nd4j.randn(8, 20).dup('f'),
                  Nd4j.randn(20).muli(0.1),
                  Nd4j.randn(20, 8).dup('c'),
                  Nd4j.randn(8).muli(0.1)),
              variant);
      SaeParameters p = inner.parameters();
      SparseAutoencoder folded =
          new SparseAutoencoder(
              new SaeParameters(p.wEnc().dup('f'), p.bEnc().dup(), p.wDec().dup(), p.bDec().dup()),
              variant);
      scale.fold(folded);
      double codeScale = variant instanceof SigmoidKl ? 1 : 1 / scale.factor();
      assertClose(inner.encode(scaled).toDense().mul(codeScale), folded.encode(raw).toDense());
      assertClose(inner.reconstruct(scaled).mul(1 / scale.factor()), folded.reconstruct(raw));
      if (!(variant instanceof SigmoidKl)) {
        assertEquals(inner.parameters().wEnc(), folded.parameters().wEnc());
        assertEquals(inner.parameters().wDec(), folded.parameters().wDec());
      }
    }
  }

  private static void assertClose(INDArray expected, INDArray actual) {
    double largest = expected.sub(actual).amaxNumber().doubleValue();
    double size = expected.amaxNumber().doubleValue();
    assertTrue(largest < 1e-5 * size, "differs by " + largest + " of " + size);
  }
}
