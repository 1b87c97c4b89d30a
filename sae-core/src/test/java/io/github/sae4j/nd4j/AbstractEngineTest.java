package io.github.sae4j.nd4j;

import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Contract of every engine: hand-worked cases, and random shapes compared with plain double loops.
 */
public abstract class AbstractEngineTest extends AbstractSelectionTest {

  @Test
  void affineByHand() {
    INDArray wEnc = matrix(new double[][] {{1, 2, 3}, {4, 5, 6}}).dup('f');
    INDArray pre =
        engine().affine(matrix(new double[][] {{1, -1}, {2, 0}}), wEnc, vector(.5, 0, -1));
    assertMatrix(new double[][] {{-2.5, -3, -4}, {2.5, 4, 5}}, pre);
  }

  @Test
  void decodeSampledProductAndAccumulateByHand() {
    SparseCodes codes = codes(new double[][] {{2, 0, 1}, {0, 3, 0}});
    INDArray w = matrix(new double[][] {{1, 0}, {0, 1}, {5, -1}});
    assertMatrix(new double[][] {{7, -1}, {0, 3}}, engine().decode(codes, w));

    INDArray y = matrix(new double[][] {{1, 2}, {3, 4}});
    Codes sampled = engine().sampledProduct(y, w, codes);
    assertMatrix(new double[][] {{1, 0, 3}, {0, 4, 0}}, NdCodes.matrix(sampled));

    INDArray out = matrix(new double[][] {{1, 1}, {1, 1}, {1, 1}});
    engine().accumulate(codes, y, out, false);
    assertMatrix(new double[][] {{2, 4}, {9, 12}, {1, 2}}, out);
    engine().accumulate(codes, y, out, true);
    assertMatrix(new double[][] {{4, 8}, {18, 24}, {2, 4}}, out);

    assertArrayEquals(
        new double[] {2, 3, 1}, engine().sums(codes).toDoubleVector(), tolerance());
    assertArrayEquals(new double[] {4, 6}, engine().columnSums(y).toDoubleVector(), tolerance());
  }

  @Test
  void residualByHand() {
    SparseCodes codes = codes(new double[][] {{2, 0, 1}, {0, 3, 0}});
    INDArray w = matrix(new double[][] {{1, 0}, {0, 1}, {5, -1}});
    INDArray target = matrix(new double[][] {{5, 0}, {1, 1}});
    // decoded: (7, −1), (0, 3)
    Residual plain = engine().residual(codes, w, null, target, null);
    assertMatrix(new double[][] {{2, -1}, {-1, 2}}, plain.error());
    assertMatrix(new double[][] {{2, 0, 11}, {0, 2, 0}}, NdCodes.matrix(plain.products()));
    assertEquals(10, plain.squares(), 10 * tolerance());
    Residual full = engine().residual(codes, w, vector(1, -1), target, vector(.5, .25, -1));
    assertMatrix(new double[][] {{3, -2}, {0, 1}}, full.error());
    assertMatrix(new double[][] {{3.5, 0, 16}, {0, 1.25, 0}}, NdCodes.matrix(full.products()));
    assertEquals(14, full.squares(), 14 * tolerance());
  }

  /** Entries of 0 occur with gates that are open at a magnitude of 0. */
  @Test
  void entriesOf0HaveProductsToo() {
    SparseCodes codes =
        codes(new double[][] {{2, 7, 1}, {0, 3, 0}}).map((i, l, value) -> l == 1 ? 0 : value);
    INDArray w = matrix(new double[][] {{1, 0}, {0, 1}, {5, -1}});
    INDArray target = matrix(new double[][] {{5, 0}, {1, 1}});
    // decoded: (7, −1), (0, 0)
    Residual residual = engine().residual(codes, w, null, target, null);
    assertMatrix(new double[][] {{2, -1}, {-1, -1}}, residual.error());
    assertMatrix(new double[][] {{2, -1, 11}, {0, -1, 0}}, NdCodes.matrix(residual.products()));
  }

  @Test
  void factoredGradientByHand() {
    SparseCodes codes = codes(new double[][] {{2, 0, 1}, {0, 3, 0}});
    INDArray y = matrix(new double[][] {{1, 2}, {3, 4}});
    INDArray w = matrix(new double[][] {{1, 1}, {0, 1}, {5, -1}});
    FactoredGradient.Term term = new FactoredGradient.Term(codes, y, 2);
    INDArray out = matrix(new double[][] {{9, 9}, {9, 9}, {9, 9}});
    engine().write(FactoredGradient.of(term), w, out);
    assertMatrix(new double[][] {{4, 8}, {18, 24}, {2, 4}}, out);
    engine().write(new FactoredGradient(List.of(term, term), along(2, vector(1, 0, -1))), w, out);
    assertMatrix(new double[][] {{9, 17}, {36, 48}, {-1, 9}}, out);
    engine().write(FactoredGradient.of(), w, out);
    assertMatrix(new double[][] {{0, 0}, {0, 0}, {0, 0}}, out);
  }

  @Test
  void adamByHand() {
    SparseCodes codes = codes(new double[][] {{1, 0}});
    INDArray w = matrix(new double[][] {{1, 2}, {3, 4}});
    INDArray mean = matrix(new double[][] {{0, 0}, {1, 1}});
    INDArray variance = matrix(new double[][] {{0, 0}, {1, 4}});
    INDArray y = matrix(new double[][] {{4, -2}});
    AdamStep step = new AdamStep(.1, .5, .75, 0, 1, .5);
    engine()
        .adam(
            w,
            mean,
            variance,
            FactoredGradient.of(new FactoredGradient.Term(codes, y, 1)),
            step,
            false);
    // gradient (2, −1), (0, 0) after its scale; rate .1·√(1 − .75)/(1 − .5) = .1
    assertMatrix(new double[][] {{1, -.5}, {.5, .5}}, mean);
    assertMatrix(new double[][] {{1, .25}, {.75, 3}}, variance);
    assertMatrix(new double[][] {{.9, 2.1}, {3 - .05 / Math.sqrt(.75), 4 - .05 / Math.sqrt(3)}}, w);
  }

  @Test
  void adamOnAVectorByHand() {
    INDArray w = vector(1, 2);
    INDArray mean = vector(0, 0);
    INDArray variance = vector(0, 0);
    engine().adam(w, mean, variance, vector(4, -2), new AdamStep(.1, .5, .75, 0, 1, .5));
    assertArrayEquals(new double[] {.9, 2.1}, w.toDoubleVector(), tolerance());
  }

  @Test
  void adamKeepsUnitRowsOnTheSphere() {
    Random random = new Random(3);
    INDArray w = matrix(gaussian(random, 9, 7));
    engine().normaliseRows(w);
    INDArray before = w.dup();
    SparseCodes codes = codes(gaussian(random, 5, 9));
    INDArray y = matrix(gaussian(random, 5, 7));
    FactoredGradient gradient = FactoredGradient.of(new FactoredGradient.Term(codes, y, 1));
    INDArray g = Nd4j.zeros(dataType(), 9, 7);
    engine().write(gradient, w, g);
    engine().projectRows(g, w);
    INDArray mean = Nd4j.zeros(dataType(), 9, 7);
    engine()
        .adam(
            w,
            mean,
            Nd4j.zeros(dataType(), 9, 7),
            gradient,
            new AdamStep(.01, .5, .9, 1e-8, 1, 1),
            true);
    assertMatrix(g.mul(.5).toDoubleMatrix(), mean);
    double[] norms = engine().rowNorms(w).toDoubleVector();
    for (double norm : norms) {
      assertEquals(1, norm, 10 * tolerance());
    }
    assertTrue(before.distance2(w) > .01, "nothing moved");
  }

  @Test
  void squaredNormByHand() {
    SparseCodes codes = codes(new double[][] {{2, 0, 1}, {0, 3, 0}});
    INDArray y = matrix(new double[][] {{1, 2}, {3, 4}});
    INDArray w = matrix(new double[][] {{1, 0}, {0, 1}, {.6, -.8}});
    FactoredGradient.Term term = new FactoredGradient.Term(codes, y, 2);
    // (4, 8), (18, 24), (2, 4)
    assertSquaredNorm(80 + 900 + 20, FactoredGradient.of(term), w, false);
    // without (4, 0), (0, 24), −2·(.6, −.8)
    assertSquaredNorm(64 + 324 + 16, FactoredGradient.of(term), w, true);
    // (5, 8), (18, 24), (1.4, 4.8)
    FactoredGradient along = new FactoredGradient(List.of(term), along(2, vector(1, 0, -1)));
    assertSquaredNorm(89 + 900 + 25, along, w, false);
    // the component along the rows is removed
    assertSquaredNorm(64 + 324 + 16, along, w, true);
    assertSquaredNorm(0, FactoredGradient.of(), w, false);
    Codes dense = new DenseCodes(NdCodes.matrix(codes));
    FactoredGradient both = FactoredGradient.of(new FactoredGradient.Term(dense, y, 1), term);
    assertSquaredNorm(2.25 * 1000, both, w, false);
  }

  private void assertSquaredNorm(
      double expected, FactoredGradient gradient, INDArray w, boolean unitNorm) {
    assertEquals(
        expected, engine().squaredNorm(gradient, w, unitNorm), 2 * tolerance() * (1 + expected));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "30, 19, 97", "5, 6, 300"})
  void squaredNormMatchesTheFullGradient(int rows, int width, int nLatents) {
    Random random = new Random(rows + nLatents);
    INDArray w = matrix(gaussian(random, nLatents, width));
    engine().normaliseRows(w);
    FactoredGradient.Term first =
        new FactoredGradient.Term(
            codes(gaussian(random, rows, nLatents)), matrix(gaussian(random, rows, width)), 2);
    FactoredGradient.Term second =
        new FactoredGradient.Term(
            codes(gaussian(random, rows, nLatents)), matrix(gaussian(random, rows, width)), -1);
    FactoredGradient gradient =
        new FactoredGradient(
            List.of(first, second), along(width, vector(gaussian(random, 1, nLatents)[0])));
    INDArray g = Nd4j.zeros(dataType(), nLatents, width);
    engine().write(gradient, w, g);
    assertSquaredNorm(squares(g), gradient, w, false);
    engine().projectRows(g, w);
    assertSquaredNorm(squares(g), gradient, w, true);
  }

  private static FactoredGradient.Along along(int width, INDArray factors) {
    return FactoredGradient.Along.rows(width, factors);
  }

  /** Each source of a crosscoder has its own factor. */
  @Test
  void gradientAlongPartsOfRowsByHand() {
    INDArray w = matrix(new double[][] {{1, 2, 3}, {4, 5, 6}});
    FactoredGradient gradient =
        new FactoredGradient(
            List.of(),
            new FactoredGradient.Along(List.of(1, 2), List.of(vector(2, 0), vector(-1, 10))));
    INDArray out = matrix(new double[][] {{9, 9, 9}, {9, 9, 9}});
    engine().write(gradient, w, out);
    assertMatrix(new double[][] {{2, -2, -3}, {0, 50, 60}}, out);
    assertSquaredNorm(4 + 4 + 9 + 2500 + 3600, gradient, w, false);
    assertMatrix(
        new double[][] {{2, -2, -3}, {0, 50, 60}},
        Nd4j.createFromArray(moment(w, gradient, 2, false)));
  }

  private static double squares(INDArray matrix) {
    double sum = 0;
    for (double[] row : matrix.toDoubleMatrix()) {
      for (double value : row) {
        sum += value * value;
      }
    }
    return sum;
  }

  /** Clipping by the global norm requires this. */
  @Test
  void scalingAStepIsScalingItsGradient() {
    Random random = new Random(8);
    INDArray w = matrix(gaussian(random, 9, 7));
    engine().normaliseRows(w);
    SparseCodes codes = codes(gaussian(random, 5, 9));
    INDArray y = matrix(gaussian(random, 5, 7));
    INDArray along = vector(gaussian(random, 1, 9)[0]);
    FactoredGradient whole =
        new FactoredGradient(List.of(new FactoredGradient.Term(codes, y, 2)), along(7, along));
    FactoredGradient scaled =
        new FactoredGradient(
            List.of(new FactoredGradient.Term(codes, y, .5)), along(7, along.mul(.25)));
    for (boolean unitNorm : new boolean[] {false, true}) {
      double[][] expected = moment(w, scaled, 1, unitNorm);
      assertMatrix(expected, Nd4j.createFromArray(moment(w, whole, .25, unitNorm)));
      assertTrue(squares(Nd4j.createFromArray(expected)) > .1, "no gradient");
    }
  }

  /** Returns Adam's mean after a step from 0. */
  private double[][] moment(INDArray w, FactoredGradient gradient, double scale, boolean unitNorm) {
    INDArray mean = Nd4j.zeros(dataType(), w.shape());
    INDArray variance = Nd4j.zeros(dataType(), w.shape());
    AdamStep step = new AdamStep(.01, .5, .9, 1e-8, 1, scale);
    engine().adam(w.dup('c'), mean, variance, gradient, step, unitNorm);
    return mean.toDoubleMatrix();
  }

  @Test
  void sumsOfRowsByHand() {
    INDArray w = matrix(new double[][] {{3, 4}, {1, 0}, {0, -2}});
    assertArrayEquals(
        new double[] {5, 2},
        engine().combineRows(vector(1, 2, 1), w).toDoubleVector(),
        tolerance());
    assertArrayEquals(new double[] {5, 1, 2}, engine().rowNorms(w).toDoubleVector(), tolerance());
  }

  @Test
  void rowsWithoutActivationsDecodeToZero() {
    SparseCodes none = codes(new double[][] {{-1, 0}, {-1, -2}});
    assertEquals(0, none.activations());
    INDArray w = matrix(new double[][] {{1, 2}, {3, 4}});
    assertMatrix(new double[][] {{0, 0}, {0, 0}}, engine().decode(none, w));
    INDArray out = matrix(new double[][] {{7, 7}, {7, 7}});
    engine().accumulate(none, w, out, false);
    assertMatrix(new double[][] {{0, 0}, {0, 0}}, out);
  }

  @Test
  void projectsAndNormalisesRowsByHand() {
    INDArray gradient = matrix(new double[][] {{1, 1}, {2, 1}, {3, 4}});
    engine().projectRows(gradient, matrix(new double[][] {{1, 0}, {.6, .8}, {0, 1}}));
    // (2, 1)·(.6, .8) = 2
    assertMatrix(new double[][] {{0, 1}, {.8, -.6}, {3, 0}}, gradient);
    INDArray w = matrix(new double[][] {{3, 4}, {0, 0}, {0, -2}});
    engine().normaliseRows(w);
    assertMatrix(new double[][] {{.6, .8}, {0, 0}, {0, -1}}, w);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "1, 5, 17, 3",
    "7, 3, 4, 4",
    "300, 19, 97, 5",
    "513, 8, 33, 33",
    "5, 6, 3000, 20",
    "1, 8, 2047, 2047",
    "70, 5, 1025, 7",
    "1100, 3, 1030, 2"
  })
  void agreesWithPlainLoops(int rows, int nIn, int nLatents, int k) {
    Random random = new Random(rows * 31L + nLatents);
    double[][] x = gaussian(random, rows, nIn);
    double[][] wEnc = gaussian(random, nIn, nLatents);
    double[][] wDec = gaussian(random, nLatents, nIn);
    double[] bEnc = gaussian(random, 1, nLatents)[0];
    double[][] y = gaussian(random, rows, nIn);

    Codes codes =
        engine()
            .encode(
                matrix(x),
                matrix(wEnc).dup('f'),
                vector(bEnc),
                List.of(new Selection.TopK(k), new Selection.Positive()))
            .get(0);
    double[][] f = PlainLoops.topK(PlainLoops.affine(x, wEnc, bEnc), k);
    assertMatrix(f, NdCodes.matrix(codes));
    assertMatrix(PlainLoops.product(f, wDec), engine().decode(codes, matrix(wDec)));
    double[][] full = PlainLoops.product(y, PlainLoops.transpose(wDec));
    assertMatrix(
        PlainLoops.whereNonZero(full, f),
        engine().sampledProduct(matrix(y), matrix(wDec), codes).toDense());
    INDArray out = Nd4j.zeros(dataType(), nLatents, nIn);
    engine().accumulate(codes, matrix(y), out, false);
    assertMatrix(PlainLoops.product(PlainLoops.transpose(f), y), out);

    Residual residual = engine().residual(codes, matrix(wDec), null, matrix(y), null);
    double[][] error = PlainLoops.minus(PlainLoops.product(f, wDec), y);
    assertMatrix(error, residual.error());
    double[][] products = PlainLoops.product(error, PlainLoops.transpose(wDec));
    // sums of errors that are themselves long sums: the error scales with the largest
    double scale = Nd4j.createFromArray(products).amaxNumber().doubleValue();
    INDArray expected = Nd4j.createFromArray(PlainLoops.whereNonZero(products, f));
    INDArray actual = NdCodes.matrix(residual.products()).castTo(DataType.DOUBLE);
    assertEquals(0, expected.sub(actual).amaxNumber().doubleValue(), tolerance() * (1 + scale));
  }

  @Test
  void takesStridedAndFOrderedInputs() {
    Random random = new Random(5);
    double[][] wide = gaussian(random, 6, 8);
    double[][] w = gaussian(random, 4, 3);
    INDArray view =
        matrix(wide).get(NDArrayIndex.interval(2, 6), NDArrayIndex.interval(1, 5)).dup('f');
    INDArray strided = matrix(wide).get(NDArrayIndex.interval(2, 6), NDArrayIndex.interval(1, 5));
    SparseCodes fromF = (SparseCodes) engine().select(view, new Selection.TopK(2));
    SparseCodes fromView = (SparseCodes) engine().select(strided, new Selection.TopK(2));
    Bits.assertSame(NdCodes.matrix(fromF), NdCodes.matrix(fromView));
    Bits.assertSame(engine().decode(fromF, matrix(w)), engine().decode(fromF, matrix(w).dup('f')));
    INDArray y = matrix(gaussian(random, 4, 3));
    Bits.assertSame(
        engine().sampledProduct(y, matrix(w), fromF).toDense(),
        engine().sampledProduct(y.dup('f'), matrix(w), fromF).toDense());
  }
}
