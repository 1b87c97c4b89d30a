package io.github.sae4j.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.cpu.Workers;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.product.AffineProduct;
import io.github.sae4j.product.Precision;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class HostEngineTest extends AbstractNdEngineTest {
  private static final int ROWS = 700;
  private static final int N_IN = 37;
  private static final int N_LATENTS = 1200;

  private final NdEngine engine = new HostEngine();
  private final INDArray x = random(1, ROWS, N_IN);
  private final INDArray w = random(2, N_LATENTS, N_IN);
  private final INDArray wEnc = random(3, N_LATENTS, N_IN).transpose();
  private final INDArray bias = random(4, 1, N_LATENTS).reshape(N_LATENTS);

  @Override
  protected NdEngine engine() {
    return engine;
  }

  @Override
  protected DataType dataType() {
    return DataType.FLOAT;
  }

  private static INDArray random(long seed, int rows, int columns) {
    Nd4j.getRandom().setSeed(seed);
    return Nd4j.randn(DataType.FLOAT, rows, columns).dup('c');
  }

  private static Tensor of(INDArray array) {
    return NdTensor.of(array);
  }

  private static HostEngine withThreads(int threads) {
    return new HostEngine(Precision.FLOAT32, Workers.of(threads));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7})
  void bitsDoNotDependOnTheNumberOfThreads(int threads) {
    HostEngine one = withThreads(1);
    HostEngine many = withThreads(threads);
    for (Selection rule :
        List.of(
            new Selection.TopK(9),
            new Selection.AbsTopK(9),
            new Selection.BatchTopK(9),
            new Selection.Positive(),
            new Selection.Above(bias.add(15).toDoubleVector()))) {
      INDArray low = bias.sub(rule instanceof Selection.Positive ? 15 : 0); // keeps ReLU sparse
      SparseCodes expected = sparse(one.encode(x, wEnc, low, List.of(rule)));
      SparseCodes actual = sparse(many.encode(x, wEnc, low, List.of(rule)));
      assertTrue(expected.activations() > ROWS, rule.toString());
      assertArrayEquals(expected.rowStarts(), actual.rowStarts());
      Bits.assertSame(NdCodes.matrix(expected), NdCodes.matrix(actual), rule.toString());
      Bits.assertSame(one.decode(expected, w), many.decode(expected, w));
      Residual residual = one.residual(expected, of(w), null, of(x), of(bias));
      Residual again = many.residual(expected, of(w), null, of(x), of(bias));
      Bits.assertSame(residual.error(), again.error());
      Bits.assertSame(NdCodes.matrix(residual.products()), NdCodes.matrix(again.products()));
      assertEquals(residual.squares().get(), again.squares().get());
      Bits.assertSame(trained(one, expected), trained(many, expected));
      FactoredGradient gradient =
          new FactoredGradient(
              List.of(new FactoredGradient.Term(expected, of(x), 2)),
              FactoredGradient.Along.rows((int) w.size(1), of(bias)));
      for (boolean unitNorm : new boolean[] {false, true}) {
        assertEquals(
            one.squaredNorm(gradient, of(w), unitNorm).get(),
            many.squaredNorm(gradient, of(w), unitNorm).get());
      }
    }
    Bits.assertSame(one.columnSums(x), many.columnSums(x));
    Bits.assertSame(one.combineRows(bias, w), many.combineRows(bias, w));
  }

  private static SparseCodes sparse(List<Codes> codes) {
    return assertInstanceOf(SparseCodes.class, codes.get(0));
  }

  /** Returns the weights after a step of Adam. */
  private INDArray trained(NdEngine with, Codes codes) {
    INDArray weights = w.dup('c');
    FactoredGradient gradient = FactoredGradient.of(new FactoredGradient.Term(codes, of(x), 2));
    AdamStep step = new AdamStep(.01, .9, .999, 1e-8, 1, 1.0 / ROWS);
    Tensor mean = of(Nd4j.zerosLike(w));
    Tensor variance = of(Nd4j.zerosLike(w));
    with.adam(of(weights), mean, variance, gradient, step, true);
    assertNotEquals(w, weights);
    return weights;
  }

  @Test
  void denseReluCodesAreStoredAsAMatrix() {
    Codes dense = engine.encode(x, wEnc, bias, List.of(new Selection.Positive())).get(0);
    DenseCodes matrix = assertInstanceOf(DenseCodes.class, dense);
    assertTrue(matrix.rectified());
    Codes sparse = engine.select(engine.affine(x, wEnc, bias), new Selection.Positive());
    Bits.assertSame(NdCodes.matrix(sparse), NdCodes.matrix(dense));
    assertEquals(sparse.activations(), dense.activations());
    assertEquals(sparse.fired(), dense.fired());

    Residual expected = engine.residual(sparse, of(w), null, of(x), of(bias));
    Residual actual = engine.residual(dense, of(w), null, of(x), of(bias));
    assertClose(NdTensor.array(expected.error()), NdTensor.array(actual.error()));
    assertClose(NdCodes.matrix(expected.products()), NdCodes.matrix(actual.products()));
    assertEquals(expected.squares().get(), actual.squares().get(), 1e-5 * expected.squares().get());
    assertClose(
        NdCodes.matrix(engine.sampledProduct(x, w, sparse)),
        NdCodes.matrix(engine.sampledProduct(x, w, dense)));
    Tensor opposite = of(NdCodes.matrix(dense).neg());
    assertClose(NdCodes.matrix(sparse.sample(opposite)), NdCodes.matrix(dense.sample(opposite)));
    assertClose(NdCodes.matrix(sparse.weights(of(bias))), NdCodes.matrix(dense.weights(of(bias))));
    assertClose(engine.sums(sparse), engine.sums(dense));
    assertClose(trained(engine, sparse), trained(engine, dense));
    Bits.assertSame(NdCodes.matrix(sparse.slice(7, 900)), NdCodes.matrix(dense.slice(7, 900)));
    assertEquals(sparse.smallestPositive(), dense.smallestPositive());
  }

  @Test
  void denseCodesOfSomeLatentsDoNotAffectOthers() {
    Codes all = engine.encode(x, wEnc, bias, List.of(new Selection.All())).get(0);
    Codes some = all.slice(70, 1100);
    INDArray products = NdCodes.matrix(engine.sampledProduct(x, w, all));
    Bits.assertSame(
        NdCodes.matrix(new DenseCodes(products).slice(70, 1100)),
        NdCodes.matrix(engine.sampledProduct(x, w, some)));
    Residual residual = engine.residual(some, of(w), null, of(x), of(bias));
    Bits.assertSame(
        NdCodes.matrix(residual.products()), NdCodes.matrix(residual.products().slice(70, 1100)));
    assertClose(engine.decode(some, w), engine.decode(new DenseCodes(NdCodes.matrix(some)), w));
    assertEquals((1100 - 70) * ROWS, residual.products().activations());
  }

  private static void assertClose(INDArray expected, INDArray actual) {
    double scale = expected.amaxNumber().doubleValue();
    double distance = expected.sub(actual).amaxNumber().doubleValue();
    assertTrue(distance <= 1e-5 * scale, distance + " of " + scale);
  }

  @Test
  void bfloat16RoundsInputsAndWeightsOnly() {
    HostEngine rounding = new HostEngine(Precision.BFLOAT16);
    if (!AffineProduct.has(Precision.BFLOAT16)) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> rounding.affine(x, wEnc, bias))
              .getMessage();
      assertTrue(message.contains("does not support products in bfloat16"), message);
      return;
    }
    INDArray rounded = rounding.affine(x, wEnc, bias);
    INDArray exact = engine.affine(x, wEnc, bias);
    // relative rounding errors of at most 2⁻⁹ each, in sums of N_IN products of unit variance
    double distance = rounded.sub(exact).amaxNumber().doubleValue();
    assertTrue(distance < 2 * 6 * Math.sqrt(N_IN) / 512, "error " + distance);
    assertTrue(distance > 1e-4, "nothing was rounded: error " + distance);
    SparseCodes codes = sparse(rounding.encode(x, wEnc, bias, List.of(new Selection.TopK(9))));
    Bits.assertSame(engine.decode(codes, w), rounding.decode(codes, w));
  }

  @Test
  void tf32IsRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> NdEngine.forType(DataType.FLOAT, Precision.TF32))
            .getMessage();
    assertEquals("precision tf32 is a GPU's; the CPU multiplies in float32 or bfloat16", message);
  }
}
