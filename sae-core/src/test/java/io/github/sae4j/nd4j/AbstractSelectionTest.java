package io.github.sae4j.nd4j;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Contract of selection for every engine. */
abstract class AbstractSelectionTest extends EngineCase {

  @Test
  void topKKeepsTheLargestPositiveInOrderOfLatent() {
    INDArray pre = matrix(new double[][] {{3, 1, 4, 1.5}, {-1, -2, .5, -3}, {-1, 0, -1, -1}});
    SparseCodes codes = (SparseCodes) engine().select(pre, new Selection.TopK(2));
    assertArrayEquals(new int[] {0, 2}, latentsOf(codes, 0));
    assertArrayEquals(new int[] {2}, latentsOf(codes, 1));
    assertArrayEquals(new int[] {}, latentsOf(codes, 2));
    assertMatrix(new double[][] {{3, 0, 4, 0}, {0, 0, .5, 0}, {0, 0, 0, 0}}, NdCodes.matrix(codes));
    assertEquals(1.0, codes.l0());
  }

  @Test
  void tiesGoToTheLowestLatent() {
    INDArray pre = matrix(new double[][] {{1, 2, 1, 2, 1, 1}});
    SparseCodes codes = (SparseCodes) engine().select(pre, new Selection.TopK(4));
    assertArrayEquals(new int[] {0, 1, 2, 3}, latentsOf(codes, 0));
  }

  @Test
  void manyTiesFollowedByLargerValues() {
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
    assertEquals(3, engine().select(pre, new Selection.AbsTopK(3)).activations());
    for (Selection rule : List.of(new Selection.TopK(4), new Selection.AbsTopK(4))) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> engine().select(pre, rule));
      assertTrue(
          e.getMessage().contains("at most the number of latents, 3, got 4"), e.getMessage());
    }
  }

  @Test
  void batchTopKSharesItsBudgetAmongTheRows() {
    INDArray pre = matrix(new double[][] {{5, 4, 3}, {1, -1, 2}, {-1, -2, -3}});
    SparseCodes codes = (SparseCodes) engine().select(pre, new Selection.BatchTopK(1));
    assertMatrix(new double[][] {{5, 4, 3}, {0, 0, 0}, {0, 0, 0}}, NdCodes.matrix(codes));
    codes = (SparseCodes) engine().select(pre, new Selection.BatchTopK(2));
    assertMatrix(new double[][] {{5, 4, 3}, {1, 0, 2}, {0, 0, 0}}, NdCodes.matrix(codes));
  }

  @Test
  void tiesInABatchGoToTheFirstRowThenTheLowestLatent() {
    INDArray pre = matrix(new double[][] {{1, 2, 1}, {1, 1, 3}, {2, 1, 1}});
    SparseCodes codes = (SparseCodes) engine().select(pre, new Selection.BatchTopK(2));
    assertMatrix(new double[][] {{1, 2, 1}, {1, 0, 3}, {2, 0, 0}}, NdCodes.matrix(codes));
  }

  @Test
  void nanIsReportedWithItsLocation() {
    double[][] values = new double[70][40];
    values[66][37] = Double.NaN;
    INDArray pre = matrix(values);
    for (Selection rule :
        List.of(
            new Selection.TopK(3),
            new Selection.AbsTopK(3),
            new Selection.BatchTopK(3),
            new Selection.Positive(),
            new Selection.Above(new double[40]))) {
      NotFiniteException e =
          assertThrows(NotFiniteException.class, () -> engine().select(pre, rule), rule.toString());
      assertTrue(e.getMessage().contains("latent 37 in row 66"), e.getMessage());
    }
  }

  @Test
  void nanInTheInputIsFoundWhileEncoding() {
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
    assertMatrix(new double[][] {{.5, .75}}, NdCodes.matrix(codes));
    assertEquals(2, codes.activations());
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "300, 97, 5", "257, 2100, 3", "40, 33, 33"})
  void batchTopKAgreesWithPlainLoops(int rows, int nLatents, int k) {
    Random random = new Random(rows + nLatents);
    double[][] pre = gaussian(random, rows, nLatents);
    Codes codes = engine().select(matrix(pre), new Selection.BatchTopK(k));
    assertMatrix(PlainLoops.batchTopK(pre, k), NdCodes.matrix(codes));
  }

  @Test
  void aboveKeepsWhatExceedsItsLatentsThreshold() {
    INDArray pre = matrix(new double[][] {{1, 1, 1, -1}, {2, -1, 0, -2}, {0, 0, -1, -3}});
    SparseCodes codes = above(pre, 0, 1, -.5, -2);
    // a value equal to its threshold is not above it
    assertMatrix(new double[][] {{1, 0, 1, -1}, {2, 0, 0, 0}, {0, 0, 0, 0}}, NdCodes.matrix(codes));
    assertArrayEquals(new int[] {0, 2, 3}, latentsOf(codes, 0));
    assertArrayEquals(new int[] {0, 2}, latentsOf(codes, 1));
    assertArrayEquals(new int[] {}, latentsOf(codes, 2));
    assertEquals(4, codes.nonZeros());
  }

  private SparseCodes above(INDArray pre, double... thresholds) {
    return (SparseCodes) engine().select(pre, new Selection.Above(thresholds));
  }

  @Test
  void aboveNothingIsPositive() {
    Random random = new Random(4);
    INDArray pre = matrix(gaussian(random, 9, 70));
    SparseCodes positive = (SparseCodes) engine().select(pre, new Selection.Positive());
    SparseCodes above = above(pre, new double[70]);
    assertArrayEquals(positive.rowStarts(), above.rowStarts());
    Bits.assertSame(NdCodes.matrix(positive), NdCodes.matrix(above));
  }

  @Test
  void thresholdsMustMatchLatentsAndBeNumbers() {
    INDArray pre = matrix(new double[][] {{3, 1, 2}});
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> above(pre, 1, 2));
    assertTrue(
        e.getMessage().contains("expected one threshold per latent, 3, got 2"), e.getMessage());
    NotFiniteException notANumber =
        assertThrows(NotFiniteException.class, () -> above(pre, 0, Double.NaN, 0));
    assertTrue(notANumber.getMessage().contains("latent 1"), notANumber.getMessage());
    double infinity = Double.POSITIVE_INFINITY;
    SparseCodes codes = above(pre, infinity, -infinity, infinity);
    assertMatrix(new double[][] {{0, 1, 0}}, NdCodes.matrix(codes));
  }

  @Test
  void absTopKKeepsTheLargestMagnitudesWithTheirSigns() {
    INDArray pre = matrix(new double[][] {{3, -1, -4, 1.5}, {-1, -2, .5, 0}, {0, -0.0, -1, 0}});
    SparseCodes codes = (SparseCodes) engine().select(pre, new Selection.AbsTopK(2));
    assertMatrix(new double[][] {{3, 0, -4, 0}, {-1, -2, 0, 0}, {0, 0, -1, 0}}, NdCodes.matrix(codes));
    assertArrayEquals(new int[] {0, 2}, latentsOf(codes, 0));
    assertArrayEquals(new int[] {0, 1}, latentsOf(codes, 1));
    assertArrayEquals(new int[] {2}, latentsOf(codes, 2));
    INDArray zeros = matrix(new double[2][3]);
    assertEquals(0, engine().select(zeros, new Selection.AbsTopK(3)).activations());
  }

  @Test
  void tiesInMagnitudeGoToTheLowestLatent() {
    INDArray pre = matrix(new double[][] {{1, -2, -1, 2, 1, -1}, {-1, 1, 1, 1, 1, 1}});
    SparseCodes codes = (SparseCodes) engine().select(pre, new Selection.AbsTopK(4));
    assertMatrix(new double[][] {{1, -2, -1, 2, 0, 0}, {-1, 1, 1, 1, 0, 0}}, NdCodes.matrix(codes));
    double[][] row = new double[1][1000];
    double[][] expected = new double[1][1000];
    for (int l = 0; l < 1000; l++) {
      row[0][l] = l % 2 == 0 ? -1 : 1;
    }
    row[0][500] = 2;
    row[0][999] = -3;
    System.arraycopy(row[0], 0, expected[0], 0, 3);
    expected[0][500] = 2;
    expected[0][999] = -3;
    codes = (SparseCodes) engine().select(matrix(row), new Selection.AbsTopK(5));
    assertMatrix(expected, NdCodes.matrix(codes));
  }

  @Test
  void allKeepsEveryPreActivation() {
    INDArray pre = matrix(new double[][] {{3, -1, 0}, {-2, 0, 5}});
    Codes codes = engine().select(pre, new Selection.All());
    assertMatrix(new double[][] {{3, -1, 0}, {-2, 0, 5}}, NdCodes.matrix(codes));
    assertEquals(6, codes.activations());
    assertEquals(4, codes.nonZeros());
    assertEquals(3, codes.fired().cardinality());
    pre.assign(0);
    assertMatrix(new double[][] {{3, -1, 0}, {-2, 0, 5}}, NdCodes.matrix(codes));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 17, 3", "300, 97, 5", "130, 2100, 3", "40, 33, 33", "3, 5000, 40"})
  void aboveAndAbsTopKAgreeWithPlainLoops(int rows, int nLatents, int k) {
    Random random = new Random(rows * 7L + nLatents);
    double[][] pre = gaussian(random, rows, nLatents);
    double[] thresholds = gaussian(random, 1, nLatents)[0];
    Codes largest = engine().select(matrix(pre), new Selection.AbsTopK(k));
    assertMatrix(PlainLoops.absTopK(pre, k), NdCodes.matrix(largest));
    assertEquals((long) rows * k, largest.activations());
    Codes above = engine().select(matrix(pre), new Selection.Above(thresholds));
    assertMatrix(PlainLoops.above(pre, thresholds), NdCodes.matrix(above));
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 17", "7, 19, 1025", "300, 5, 97", "1100, 3, 1030", "5, 6, 3000"})
  void encodeEqualsSelectOfAffine(int rows, int nIn, int nLatents) {
    Random random = new Random(rows + nLatents);
    INDArray x = matrix(gaussian(random, rows, nIn));
    INDArray wEnc = matrix(gaussian(random, nIn, nLatents)).dup('f');
    INDArray bEnc = vector(gaussian(random, 1, nLatents)[0]);
    INDArray pre = engine().affine(x, wEnc, bEnc);
    List<Selection> rules =
        List.of(
            new Selection.AbsTopK(7),
            new Selection.Above(gaussian(random, 1, nLatents)[0]),
            new Selection.TopK(7));
    List<Codes> codes = engine().encode(x, wEnc, bEnc, rules);
    for (int i = 0; i < rules.size(); i++) {
      SparseCodes selected = (SparseCodes) engine().select(pre, rules.get(i));
      SparseCodes encoded = (SparseCodes) codes.get(i);
      assertArrayEquals(selected.rowStarts(), encoded.rowStarts());
      Bits.assertSame(NdCodes.matrix(selected), NdCodes.matrix(encoded), rules.get(i).toString());
    }
    Codes all = engine().encode(x, wEnc, bEnc, List.of(new Selection.All())).get(0);
    Bits.assertSame(pre, NdCodes.matrix(all));
  }

  @Test
  void selectsFromStridedAndFOrderedInputs() {
    Random random = new Random(6);
    INDArray wide = matrix(gaussian(random, 6, 8));
    INDArray strided = wide.get(NDArrayIndex.interval(2, 6), NDArrayIndex.interval(1, 5));
    double[] thresholds = gaussian(random, 1, 4)[0];
    for (Selection rule :
        List.of(new Selection.AbsTopK(2), new Selection.Above(thresholds), new Selection.All())) {
      INDArray expected = engine().select(strided.dup('c'), rule).toDense();
      Bits.assertSame(expected, engine().select(strided, rule).toDense());
      Bits.assertSame(expected, engine().select(strided.dup('f'), rule).toDense());
    }
    assertMatrix(
        PlainLoops.above(strided.toDoubleMatrix(), thresholds),
        above(strided, thresholds).toDense());
  }
}
