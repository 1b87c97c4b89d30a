package io.github.sae4j.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What every engine must do: hand-worked cases, and random shapes against plain double loops. */
public abstract class AbstractEngineTest {

  /** The engine under test. */
  protected abstract Engine engine();

  /** The type it is tested in. */
  protected abstract DataType dataType();

  /** How far results may be from the double-precision oracle, relative to 1 + |value|. */
  protected abstract double tolerance();

  private INDArray matrix(double[][] values) {
    return Nd4j.createFromArray(values).castTo(dataType());
  }

  private INDArray vector(double... values) {
    return Nd4j.createFromArray(values).castTo(dataType());
  }

  private SparseCodes codes(double[][] dense) {
    return (SparseCodes) engine().select(matrix(dense), new Selection.Positive());
  }

  private static int[] latentsOf(SparseCodes codes, int row) {
    return Arrays.copyOfRange(codes.latents(), codes.rowStarts()[row], codes.rowStarts()[row + 1]);
  }

  private void assertMatrix(double[][] expected, INDArray actual) {
    assertArrayEquals(new long[] {expected.length, expected[0].length}, actual.shape());
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[0].length; j++) {
        double allowed = tolerance() * (1 + Math.abs(expected[i][j]));
        assertEquals(expected[i][j], actual.getDouble(i, j), allowed, "at " + i + ", " + j);
      }
    }
  }

  @Test
  void affineByHand() {
    INDArray wEnc = matrix(new double[][] {{1, 2, 3}, {4, 5, 6}}).dup('f');
    INDArray pre =
        engine().affine(matrix(new double[][] {{1, -1}, {2, 0}}), wEnc, vector(.5, 0, -1));
    assertMatrix(new double[][] {{-2.5, -3, -4}, {2.5, 4, 5}}, pre);
  }

  @Test
  void topKKeepsTheLargestPositiveInOrderOfLatent() {
    INDArray pre = matrix(new double[][] {{3, 1, 4, 1.5}, {-1, -2, .5, -3}, {-1, 0, -1, -1}});
    SparseCodes codes = (SparseCodes) engine().select(pre, new Selection.TopK(2));
    assertArrayEquals(new int[] {0, 2}, latentsOf(codes, 0));
    assertArrayEquals(new int[] {2}, latentsOf(codes, 1));
    assertArrayEquals(new int[] {}, latentsOf(codes, 2));
    assertMatrix(new double[][] {{3, 0, 4, 0}, {0, 0, .5, 0}, {0, 0, 0, 0}}, codes.toDense());
    assertEquals(1.0, codes.l0());
  }

  @Test
  void amongEqualsTheLowestLatentWins() {
    INDArray pre = matrix(new double[][] {{1, 2, 1, 2, 1, 1}});
    SparseCodes codes = (SparseCodes) engine().select(pre, new Selection.TopK(4));
    assertArrayEquals(new int[] {0, 1, 2, 3}, latentsOf(codes, 0));
  }

  @Test
  void manyEqualsAndLateLargerOnes() {
    double[][] row = new double[1][1000];
    Arrays.fill(row[0], 1);
    row[0][500] = 2;
    row[0][999] = 3;
    SparseCodes codes = (SparseCodes) engine().select(matrix(row), new Selection.TopK(5));
    assertArrayEquals(new int[] {0, 1, 2, 500, 999}, latentsOf(codes, 0));
  }

  @Test
  void topKAmongSomeLatentsOnly() {
    BitSet some = new BitSet();
    some.set(1);
    some.set(3);
    INDArray pre = matrix(new double[][] {{9, 1, 9, 2}, {9, -1, 9, 3}});
    SparseCodes codes = (SparseCodes) engine().select(pre, new Selection.TopKAmong(1, some));
    assertArrayEquals(new int[] {3}, latentsOf(codes, 0));
    assertArrayEquals(new int[] {3}, latentsOf(codes, 1));
  }

  @Test
  void kMayBeAllLatentsButNotMore() {
    INDArray pre = matrix(new double[][] {{3, 1, 2}});
    assertEquals(3, engine().select(pre, new Selection.TopK(3)).activations());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> engine().select(pre, new Selection.TopK(4)));
    assertTrue(e.getMessage().contains("at most the number of latents, 3, got 4"), e.getMessage());
  }

  @Test
  void batchTopKSharesItsBudgetAmongTheRows() {
    INDArray pre = matrix(new double[][] {{5, 4, 3}, {1, -1, 2}, {-1, -2, -3}});
    SparseCodes codes = (SparseCodes) engine().select(pre, new Selection.BatchTopK(1));
    assertMatrix(new double[][] {{5, 4, 3}, {0, 0, 0}, {0, 0, 0}}, codes.toDense());
    codes = (SparseCodes) engine().select(pre, new Selection.BatchTopK(2));
    assertMatrix(new double[][] {{5, 4, 3}, {1, 0, 2}, {0, 0, 0}}, codes.toDense());
  }

  @Test
  void ofEqualsInABatchTheFirstRowWinsThenTheLowestLatent() {
    INDArray pre = matrix(new double[][] {{1, 2, 1}, {1, 1, 3}, {2, 1, 1}});
    SparseCodes codes = (SparseCodes) engine().select(pre, new Selection.BatchTopK(2));
    assertMatrix(new double[][] {{1, 2, 1}, {1, 0, 3}, {2, 0, 0}}, codes.toDense());
  }

  @Test
  void notANumberIsAnErrorThatSaysWhere() {
    double[][] values = new double[70][40];
    values[66][37] = Double.NaN;
    INDArray pre = matrix(values);
    for (Selection rule :
        List.of(new Selection.TopK(3), new Selection.BatchTopK(3), new Selection.Positive())) {
      NotFiniteException e =
          assertThrows(NotFiniteException.class, () -> engine().select(pre, rule), rule.toString());
      assertTrue(e.getMessage().contains("latent 37 in row 66"), e.getMessage());
    }
  }

  @Test
  void notANumberInTheInputIsFoundWhileEncoding() {
    INDArray x = matrix(new double[][] {{1, 2}, {Double.NaN, 1}});
    INDArray wEnc = matrix(new double[][] {{1, 1, 1}, {1, 1, 1}}).dup('f');
    NotFiniteException e =
        assertThrows(
            NotFiniteException.class,
            () -> engine().encode(x, wEnc, vector(0, 0, 0), List.of(new Selection.TopK(1))));
    assertTrue(e.getMessage().contains("row 1"), e.getMessage());
  }

  @Test
  void deadLatentsAlone() {
    INDArray pre = matrix(new double[][] {{-1, -2}, {-3, -4}});
    assertEquals(0, engine().select(pre, new Selection.TopK(2)).activations());
    assertEquals(0, engine().select(pre, new Selection.BatchTopK(2)).activations());
    assertEquals(0, engine().select(pre, new Selection.TopKAmong(2, new BitSet())).activations());
    assertTrue(engine().select(pre, new Selection.TopK(2)).fired().isEmpty());
  }

  @Test
  void sigmoidByHand() {
    Codes codes =
        engine().select(matrix(new double[][] {{0, Math.log(3)}}), new Selection.Sigmoid());
    assertMatrix(new double[][] {{.5, .75}}, codes.toDense());
    assertEquals(2, codes.activations());
  }

  @Test
  void decodeSampledProductAndAccumulateByHand() {
    SparseCodes codes = codes(new double[][] {{2, 0, 1}, {0, 3, 0}});
    INDArray w = matrix(new double[][] {{1, 0}, {0, 1}, {5, -1}});
    assertMatrix(new double[][] {{7, -1}, {0, 3}}, engine().decode(codes, w));

    INDArray y = matrix(new double[][] {{1, 2}, {3, 4}});
    Codes sampled = engine().sampledProduct(y, w, codes);
    assertMatrix(new double[][] {{1, 0, 3}, {0, 4, 0}}, sampled.toDense());

    INDArray out = matrix(new double[][] {{1, 1}, {1, 1}, {1, 1}});
    engine().accumulate(codes, y, out, false);
    assertMatrix(new double[][] {{2, 4}, {9, 12}, {1, 2}}, out);
    engine().accumulate(codes, y, out, true);
    assertMatrix(new double[][] {{4, 8}, {18, 24}, {2, 4}}, out);
    assertEquals(1000, engine().squaredNorm(RowGradient.of(term), w), 1000 * tolerance());

    assertArrayEquals(
        new double[] {2, 3, 1}, engine().latentSums(codes).toDoubleVector(), tolerance());
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
    assertMatrix(new double[][] {{2, 0, 11}, {0, 2, 0}}, plain.products().toDense());
    assertEquals(10, plain.squares(), 10 * tolerance());
    Residual full = engine().residual(codes, w, vector(1, -1), target, vector(.5, .25, -1));
    assertMatrix(new double[][] {{3, -2}, {0, 1}}, full.error());
    assertMatrix(new double[][] {{3.5, 0, 16}, {0, 1.25, 0}}, full.products().toDense());
    assertEquals(14, full.squares(), 14 * tolerance());
  }

  @Test
  void gradientInFactorsByHand() {
    SparseCodes codes = codes(new double[][] {{2, 0, 1}, {0, 3, 0}});
    INDArray y = matrix(new double[][] {{1, 2}, {3, 4}});
    INDArray w = matrix(new double[][] {{1, 1}, {0, 1}, {5, -1}});
    RowGradient.Term term = new RowGradient.Term(codes, y, 2);
    INDArray out = matrix(new double[][] {{9, 9}, {9, 9}, {9, 9}});
    engine().write(RowGradient.of(term), w, out);
    assertMatrix(new double[][] {{4, 8}, {18, 24}, {2, 4}}, out);
    assertEquals(1000, engine().squaredNorm(RowGradient.of(term), w), 1000 * tolerance());
    engine().write(new RowGradient(List.of(term, term), vector(1, 0, -1)), w, out);
    assertMatrix(new double[][] {{9, 17}, {36, 48}, {-1, 9}}, out);
    RowGradient both = new RowGradient(List.of(term, term), vector(1, 0, -1));
    assertEquals(4052, engine().squaredNorm(both, w), 4052 * tolerance());
    assertEquals(0, engine().squaredNorm(new RowGradient(List.of(), null), w));
    engine().write(new RowGradient(List.of(), null), w, out);
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
        .adam(w, mean, variance, RowGradient.of(new RowGradient.Term(codes, y, 1)), step, false);
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
    RowGradient gradient = RowGradient.of(new RowGradient.Term(codes, y, 1));
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
    assertMatrix(f, codes.toDense());
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
    // sums of errors that are themselves sums of many: wrong by the scale of the largest
    double scale = Nd4j.createFromArray(products).amaxNumber().doubleValue();
    INDArray expected = Nd4j.createFromArray(PlainLoops.whereNonZero(products, f));
    INDArray actual = residual.products().toDense().castTo(DataType.DOUBLE);
    assertEquals(0, expected.sub(actual).amaxNumber().doubleValue(), tolerance() * (1 + scale));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "300, 97, 5", "257, 2100, 3", "40, 33, 33"})
  void batchTopKAgreesWithPlainLoops(int rows, int nLatents, int k) {
    Random random = new Random(rows + nLatents);
    double[][] pre = gaussian(random, rows, nLatents);
    Codes codes = engine().select(matrix(pre), new Selection.BatchTopK(k));
    assertMatrix(PlainLoops.batchTopK(pre, k), codes.toDense());
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
    assertEquals(fromF.toDense(), fromView.toDense());
    assertEquals(engine().decode(fromF, matrix(w)), engine().decode(fromF, matrix(w).dup('f')));
    INDArray y = matrix(gaussian(random, 4, 3));
    assertEquals(
        engine().sampledProduct(y, matrix(w), fromF).toDense(),
        engine().sampledProduct(y.dup('f'), matrix(w), fromF).toDense());
  }

  private static double[][] gaussian(Random random, int rows, int columns) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) random.nextGaussian();
      }
    }
    return values;
  }
}
