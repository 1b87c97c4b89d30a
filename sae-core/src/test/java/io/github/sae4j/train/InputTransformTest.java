package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantExamples;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class InputTransformTest {

  @Test
  void makesTheMeanSquaredNormOne() {
    // squared norms 25 and 75: the mean is 50
    InputTransform transform = estimate(InputNormalisation.UNIT, 3, 4, 5, (float) Math.sqrt(50));
    assertEquals(1 / Math.sqrt(50), transform.factor(), 1e-7);
    assertRow(transform, new float[] {3, 4}, .42426407f, .56568545f);
  }

  @Test
  void makesTheMeanNormTheRootOfTheWidth() {
    // norms 5 and 10: the mean is 7.5
    InputTransform transform = estimate(InputNormalisation.ROOT_WIDTH, 3, 4, 6, 8);
    assertEquals(Math.sqrt(2) / 7.5, transform.factor(), 1e-7);
  }

  @Test
  void takesTheMeanRowAway() {
    InputTransform transform = estimate(InputNormalisation.CENTRE, 3, 4, 5, -2);
    assertEquals(1, transform.factor());
    assertRow(transform, new float[] {3, 4, 0, 0}, -1, 3, -4, -1);
    // rows (−1, 3), (1, −3) from their mean: E‖x‖² = 10
    InputTransform both = estimate(InputNormalisation.CENTRE_UNIT, 3, 4, 5, -2);
    float s = (float) (1 / Math.sqrt(10));
    assertRow(both, new float[] {3, 4}, -s, 3 * s);
  }

  @Test
  void leavesRowsAloneOrDoesEachByItself() {
    assertRow(estimate(InputNormalisation.NONE, 3, 4, 5, 6), new float[] {3, 4}, 3, 4);
    // mean 2, deviations −1 and 1 with one degree of freedom: σ = √2
    float one = (float) (1 / (Math.sqrt(2) + 1e-5));
    assertRow(estimate(InputNormalisation.LAYER_NORM, 3, 4, 5, 7), new float[] {1, 3}, -one, one);
  }

  private static InputTransform estimate(InputNormalisation kind, float... rowsOfTwo) {
    return InputTransform.estimate(kind, new RowSample(rowsOfTwo, rowsOfTwo.length / 2, 2), "rows");
  }

  private static void assertRow(InputTransform transform, float[] values, float... expected) {
    transform.apply(values, 2);
    assertArrayEquals(expected, values, 1e-6f);
  }

  @Test
  void refusesRowsWithoutAScale() {
    for (InputNormalisation kind : InputNormalisation.values()) {
      assertFault("expected rows that vary, but rows contains nothing but zeros", kind, 0, 0, 0, 0);
      assertFault("expected rows that vary, but rows contains only equal rows", kind, 3, 4, 3, 4);
      assertFault("rows contains values that are not finite", kind, 1, Float.NaN);
      assertFault("rows contains values that are not finite", kind, Float.POSITIVE_INFINITY, 1);
    }
  }

  private static void assertFault(String message, InputNormalisation kind, float... values) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> estimate(kind, values)).getMessage());
  }

  @ParameterizedTest
  @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
  void foldedSaeDoesOnRawRowsWhatTheOtherDoesOnTransformedOnes(InputNormalisation kind) {
    Nd4j.getRandom().setSeed(4);
    INDArray raw = Nd4j.randn(50, 8).muli(25).addi(3);
    raw.addiRowVector(Nd4j.randn(8).muli(10));
    float[] values = raw.dup('c').data().asFloat();
    InputTransform transform =
        InputTransform.estimate(kind, new RowSample(values.clone(), 50, 8), "rows");
    transform.apply(values, 8);
    INDArray transformed = Nd4j.createFromArray(values).reshape('c', 50, 8);
    for (Variant variant : VariantExamples.all(8, 20).toList()) {
      for (Form form : List.of(Form.AUTOENCODER, Form.TIED)) {
        assertFolds(transform, variant, form, transformed, raw);
      }
    }
  }

  private static void assertFolds(
      InputTransform transform, Variant variant, Form form, INDArray transformed, INDArray raw) {
    ParameterLayout layout = new ParameterLayout(8, 8, 20, form, variant.extras());
    INDArray flat = Nd4j.randn(1, layout.count());
    SaeParameters p = FlatParameters.of(layout, FlatParameters.cut(layout, flat));
    p.bEnc().muli(.1);
    p.bDec().muli(.1);
    p.extras().values().forEach(extra -> extra.assign(Nd4j.rand(extra.shape()).muli(.1).addi(.05)));
    SparseAutoencoder inner = new SparseAutoencoder(p, variant);
    SparseAutoencoder folded = transform.fold(new SparseAutoencoder(p.copy(), variant));
    boolean homogeneous = variant.isHomogeneous();
    double codeScale = homogeneous ? 1 / transform.factor() : 1;
    INDArray codes = NdCodes.matrix(inner.encode(transformed));
    assertTrue(codes.amaxNumber().doubleValue() > 0, variant + " has no codes");
    assertClose(codes.mul(codeScale), NdCodes.matrix(folded.encode(raw)));
    assertClose(undone(transform, inner.reconstruct(transformed), raw), folded.reconstruct(raw));
    if (homogeneous) {
      Bits.assertSame(p.wEnc(), folded.parameters().wEnc());
      Bits.assertSame(p.wDec(), folded.parameters().wDec());
      assertEquals(form, folded.parameters().form());
    }
  }

  /** Takes reconstructions back to where rows were, by the definition of each transform. */
  private static INDArray undone(InputTransform transform, INDArray rows, INDArray raw) {
    INDArray result = rows.mul(1 / transform.factor());
    if (transform.mean().length > 0) {
      result.addiRowVector(Nd4j.createFromArray(transform.mean()));
    }
    if (transform.rows() == RowNorm.LAYER_NORM) {
      for (int i = 0; i < raw.rows(); i++) {
        double mean = raw.getRow(i).meanNumber().doubleValue();
        double deviation = raw.getRow(i).stdNumber().doubleValue();
        result.putRow(i, result.getRow(i).mul(deviation).add(mean));
      }
    }
    return result;
  }

  private static void assertClose(INDArray expected, INDArray actual) {
    double largest = expected.sub(actual).amaxNumber().doubleValue();
    double size = expected.amaxNumber().doubleValue();
    assertTrue(largest < 1e-5 * size, "differs by " + largest + " of " + size);
  }
}
