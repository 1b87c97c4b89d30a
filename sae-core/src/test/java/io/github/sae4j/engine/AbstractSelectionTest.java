package io.github.sae4j.engine;

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

/** Contract of selection for every engine. */
abstract class AbstractSelectionTest extends AbstractCodesTest {

  @Test
  void topKKeepsTheLargestPositiveInOrderOfLatent() {
    Tensor pre = tensor(new double[][] {{3, 1, 4, 1.5}, {-1, -2, .5, -3}, {-1, 0, -1, -1}});
    Codes codes = engine().select(pre, new Selection.TopK(2));
    assertArrayEquals(new int[] {0, 2}, latentsOf(codes, 0));
    assertArrayEquals(new int[] {2}, latentsOf(codes, 1));
    assertArrayEquals(new int[] {}, latentsOf(codes, 2));
    assertCodes(new double[][] {{3, 0, 4, 0}, {0, 0, .5, 0}, {0, 0, 0, 0}}, codes);
    assertEquals(1.0, codes.l0());
  }

  @Test
  void tiesGoToTheLowestLatent() {
    Tensor pre = tensor(new double[][] {{1, 2, 1, 2, 1, 1}});
    Codes codes = engine().select(pre, new Selection.TopK(4));
    assertArrayEquals(new int[] {0, 1, 2, 3}, latentsOf(codes, 0));
  }

  @Test
  void manyTiesFollowedByLargerValues() {
    double[][] row = new double[1][1000];
    Arrays.fill(row[0], 1);
    row[0][500] = 2;
    row[0][999] = 3;
    Codes codes = engine().select(tensor(row), new Selection.TopK(5));
    assertArrayEquals(new int[] {0, 1, 2, 500, 999}, latentsOf(codes, 0));
  }

  @Test
  void topKAmongSomeLatentsOnly() {
    BitSet some = new BitSet();
    some.set(1);
    some.set(3);
    Tensor pre = tensor(new double[][] {{9, 1, 9, 2}, {9, -1, 9, 3}});
    Codes codes = engine().select(pre, new Selection.TopKAmong(1, some));
    assertArrayEquals(new int[] {3}, latentsOf(codes, 0));
    assertArrayEquals(new int[] {3}, latentsOf(codes, 1));
  }

  @ParameterizedTest
  @CsvSource({"1, 17, 3", "70, 130, 5", "3, 5000, 40", "7, 30, 30"})
  void topKAmongAgreesWithPlainLoops(int rows, int nLatents, int k) {
    Random random = new Random(rows * 3L + nLatents);
    double[][] pre = gaussian(random, rows, nLatents);
    BitSet some = new BitSet();
    for (int l = 0; l < nLatents; l += 3) {
      some.set(l);
    }
    double[][] among = new double[rows][nLatents];
    for (int i = 0; i < rows; i++) {
      for (int l = 0; l < nLatents; l++) {
        among[i][l] = some.get(l) ? pre[i][l] : -1;
      }
    }
    Codes codes = engine().select(tensor(pre), new Selection.TopKAmong(k, some));
    assertExactly(PlainLoops.topK(among, k), engine().matrix(codes));
    assertSameCodes(
        codes,
        engine().select(tensor(pre), new Selection.TopKAmong(k, Latents.of(some))),
        "the same latents");
  }

  @Test
  void kMayBeAllLatentsButNotMore() {
    Tensor pre = tensor(new double[][] {{3, 1, 2}});
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
    Tensor pre = tensor(new double[][] {{5, 4, 3}, {1, -1, 2}, {-1, -2, -3}});
    Codes codes = engine().select(pre, new Selection.BatchTopK(1));
    assertCodes(new double[][] {{5, 4, 3}, {0, 0, 0}, {0, 0, 0}}, codes);
    codes = engine().select(pre, new Selection.BatchTopK(2));
    assertCodes(new double[][] {{5, 4, 3}, {1, 0, 2}, {0, 0, 0}}, codes);
  }

  @Test
  void tiesInABatchGoToTheFirstRowThenTheLowestLatent() {
    Tensor pre = tensor(new double[][] {{1, 2, 1}, {1, 1, 3}, {2, 1, 1}});
    Codes codes = engine().select(pre, new Selection.BatchTopK(2));
    assertCodes(new double[][] {{1, 2, 1}, {1, 0, 3}, {2, 0, 0}}, codes);
  }

  @Test
  void nanIsReportedWithItsLocation() {
    double[][] values = new double[70][40];
    values[66][37] = Double.NaN;
    Tensor pre = tensor(values);
    for (Selection rule :
        List.of(
            new Selection.TopK(3),
            new Selection.AbsTopK(3),
            new Selection.BatchTopK(3),
            new Selection.Positive(),
            new Selection.Above(new double[40]))) {
      NotFiniteException e =
          assertThrows(
              NotFiniteException.class,
              () -> engine().select(pre, rule).activations(),
              rule.toString());
      assertTrue(e.getMessage().contains("latent 37 in row 66"), e.getMessage());
    }
  }

  @Test
  void nanInTheInputIsFoundWhileEncoding() {
    Tensor x = tensor(new double[][] {{1, 2}, {Double.NaN, 1}});
    Tensor encoder = tensor(new double[][] {{1, 1}, {1, 1}, {1, 1}});
    NotFiniteException e =
        assertThrows(
            NotFiniteException.class,
            () ->
                engine()
                    .encode(x, encoder, vector(0, 0, 0), List.of(new Selection.TopK(1)))
                    .get(0)
                    .activations());
    assertTrue(e.getMessage().contains("row 1"), e.getMessage());
  }

  @Test
  void deadLatentsAlone() {
    Tensor pre = tensor(new double[][] {{-1, -2}, {-3, -4}});
    assertEquals(0, engine().select(pre, new Selection.TopK(2)).activations());
    assertEquals(0, engine().select(pre, new Selection.BatchTopK(2)).activations());
    assertEquals(0, engine().select(pre, new Selection.TopKAmong(2, new BitSet())).activations());
    assertTrue(engine().select(pre, new Selection.TopK(2)).fired().isEmpty());
  }

  @Test
  void sigmoidByHand() {
    Codes codes =
        engine().select(tensor(new double[][] {{0, Math.log(3)}}), new Selection.Sigmoid());
    assertCodes(new double[][] {{.5, .75}}, codes);
    assertEquals(2, codes.activations());
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "300, 97, 5", "257, 2100, 3", "40, 33, 33"})
  void batchTopKAgreesWithPlainLoops(int rows, int nLatents, int k) {
    Random random = new Random(rows + nLatents);
    double[][] pre = gaussian(random, rows, nLatents);
    Codes codes = engine().select(tensor(pre), new Selection.BatchTopK(k));
    assertCodes(PlainLoops.batchTopK(pre, k), codes);
  }

  @Test
  void aboveKeepsWhatExceedsItsLatentsThreshold() {
    Tensor pre = tensor(new double[][] {{1, 1, 1, -1}, {2, -1, 0, -2}, {0, 0, -1, -3}});
    Codes codes = above(pre, 0, 1, -.5, -2);
    // a value equal to its threshold is not above it
    assertCodes(new double[][] {{1, 0, 1, -1}, {2, 0, 0, 0}, {0, 0, 0, 0}}, codes);
    assertArrayEquals(new int[] {0, 2, 3}, latentsOf(codes, 0));
    assertArrayEquals(new int[] {0, 2}, latentsOf(codes, 1));
    assertArrayEquals(new int[] {}, latentsOf(codes, 2));
    assertEquals(4, codes.nonZeros());
  }

  private Codes above(Tensor pre, double... thresholds) {
    return engine().select(pre, new Selection.Above(thresholds));
  }

  @Test
  void thresholdsOfTheEngineMayBeLowered() {
    Tensor pre = tensor(new double[][] {{1, 1, 1, -1}, {2, -1, 0, -2}, {.5, 0, -1, -3}});
    Tensor thresholds = vector(.5, 1.5, 0, -1.5);
    Selection.Above rule = new Selection.Above(thresholds, .5);
    assertEquals(4, rule.count());
    Codes codes = engine().select(pre, rule);
    assertCodes(new double[][] {{1, 0, 1, -1}, {2, 0, 0, 0}, {.5, 0, 0, 0}}, codes);
    assertArrayEquals(new int[] {0, 2, 3}, latentsOf(codes, 0));
    assertArrayEquals(new int[] {0, 2}, latentsOf(codes, 1)); // an entry of 0
    assertSameCodes(
        above(pre, .5, 1.5, 0, -1.5),
        engine().select(pre, new Selection.Above(thresholds, 0)),
        "not lowered");
  }

  /** Thresholds are compared in the engine's precision, after each is lowered. */
  @ParameterizedTest
  @CsvSource({"3, 17", "70, 1030"})
  void loweredThresholdsAgreeWithPlainLoops(int rows, int nLatents) {
    Random random = new Random(rows);
    double[][] pre = gaussian(random, rows, nLatents);
    double[] thresholds = gaussian(random, nLatents);
    double[] lowered = new double[nLatents];
    for (int l = 0; l < nLatents; l++) {
      lowered[l] = rounded(thresholds[l] - rounded(.1));
      double next = isDouble() ? Math.nextUp(lowered[l]) : Math.nextUp((float) lowered[l]);
      pre[l % rows][l] = l % 2 == 0 ? lowered[l] : next;
    }
    Codes codes = engine().select(tensor(pre), new Selection.Above(vector(thresholds), .1));
    assertExactly(PlainLoops.above(pre, lowered), engine().matrix(codes));
  }

  @Test
  void aThresholdOfTheEngineThatIsNaNIsNamed() {
    Tensor pre = tensor(new double[][] {{3, 1, 2}});
    NotFiniteException e =
        assertThrows(
            NotFiniteException.class,
            () ->
                engine()
                    .select(pre, new Selection.Above(vector(0, 0, Double.NaN), 1))
                    .activations());
    assertTrue(e.getMessage().contains("threshold of latent 2"), e.getMessage());
    IllegalArgumentException count =
        assertThrows(
            IllegalArgumentException.class,
            () -> engine().select(pre, new Selection.Above(vector(0, 0), 1)));
    assertTrue(
        count.getMessage().contains("expected one threshold per latent, 3, got 2"),
        count.getMessage());
  }

  /** An engine that reports a fault computes on. */
  @Test
  void selectsAfterAFault() {
    Tensor pre = tensor(new double[][] {{3, Double.NaN, 2}});
    assertThrows(
        NotFiniteException.class, () -> engine().select(pre, new Selection.TopK(1)).activations());
    Tensor good = tensor(new double[][] {{3, 1, 2}});
    assertCodes(new double[][] {{3, 0, 0}}, engine().select(good, new Selection.TopK(1)));
  }

  @Test
  void aboveNothingIsPositive() {
    Random random = new Random(4);
    Tensor pre = tensor(gaussian(random, 9, 70));
    Codes positive = engine().select(pre, new Selection.Positive());
    Codes above = above(pre, new double[70]);
    assertSameCodes(positive, above, "above 0");
  }

  @Test
  void thresholdsMustMatchLatentsAndBeNumbers() {
    Tensor pre = tensor(new double[][] {{3, 1, 2}});
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> above(pre, 1, 2));
    assertTrue(
        e.getMessage().contains("expected one threshold per latent, 3, got 2"), e.getMessage());
    NotFiniteException notANumber =
        assertThrows(NotFiniteException.class, () -> above(pre, 0, Double.NaN, 0).activations());
    assertTrue(notANumber.getMessage().contains("latent 1"), notANumber.getMessage());
    double infinity = Double.POSITIVE_INFINITY;
    Codes codes = above(pre, infinity, -infinity, infinity);
    assertCodes(new double[][] {{0, 1, 0}}, codes);
  }

  @Test
  void absTopKKeepsTheLargestMagnitudesWithTheirSigns() {
    Tensor pre = tensor(new double[][] {{3, -1, -4, 1.5}, {-1, -2, .5, 0}, {0, -0.0, -1, 0}});
    Codes codes = engine().select(pre, new Selection.AbsTopK(2));
    assertCodes(new double[][] {{3, 0, -4, 0}, {-1, -2, 0, 0}, {0, 0, -1, 0}}, codes);
    assertArrayEquals(new int[] {0, 2}, latentsOf(codes, 0));
    assertArrayEquals(new int[] {0, 1}, latentsOf(codes, 1));
    assertArrayEquals(new int[] {2}, latentsOf(codes, 2));
    Tensor zeros = tensor(new double[2][3]);
    assertEquals(0, engine().select(zeros, new Selection.AbsTopK(3)).activations());
  }

  @Test
  void tiesInMagnitudeGoToTheLowestLatent() {
    Tensor pre = tensor(new double[][] {{1, -2, -1, 2, 1, -1}, {-1, 1, 1, 1, 1, 1}});
    Codes codes = engine().select(pre, new Selection.AbsTopK(4));
    assertCodes(new double[][] {{1, -2, -1, 2, 0, 0}, {-1, 1, 1, 1, 0, 0}}, codes);
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
    codes = engine().select(tensor(row), new Selection.AbsTopK(5));
    assertCodes(expected, codes);
  }

  @Test
  void allKeepsEveryPreActivation() {
    Tensor pre = tensor(new double[][] {{3, -1, 0}, {-2, 0, 5}});
    Codes codes = engine().select(pre, new Selection.All());
    assertCodes(new double[][] {{3, -1, 0}, {-2, 0, 5}}, codes);
    assertEquals(6, codes.activations());
    assertEquals(4, codes.nonZeros());
    assertEquals(3, codes.fired().cardinality());
    engine().fill(pre, 0);
    assertCodes(new double[][] {{3, -1, 0}, {-2, 0, 5}}, codes);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 17, 3", "300, 97, 5", "130, 2100, 3", "40, 33, 33", "3, 5000, 40"})
  void aboveAndAbsTopKAgreeWithPlainLoops(int rows, int nLatents, int k) {
    Random random = new Random(rows * 7L + nLatents);
    double[][] pre = gaussian(random, rows, nLatents);
    double[] thresholds = gaussian(random, nLatents);
    Codes largest = engine().select(tensor(pre), new Selection.AbsTopK(k));
    assertCodes(PlainLoops.absTopK(pre, k), largest);
    assertEquals((long) rows * k, largest.activations());
    Codes above = engine().select(tensor(pre), new Selection.Above(thresholds));
    assertCodes(PlainLoops.above(pre, thresholds), above);
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 17", "7, 19, 1025", "300, 5, 97", "1100, 3, 1030", "5, 6, 3000"})
  void encodeEqualsSelectOfAffine(int rows, int nIn, int nLatents) {
    Random random = new Random(rows + nLatents);
    Tensor x = tensor(gaussian(random, rows, nIn));
    Tensor encoder = tensor(gaussian(random, nLatents, nIn));
    Tensor bEnc = vector(gaussian(random, nLatents));
    Tensor pre = engine().affine(x, encoder, bEnc);
    List<Selection> rules =
        List.of(
            new Selection.AbsTopK(7),
            new Selection.Above(gaussian(random, nLatents)),
            new Selection.TopK(7));
    List<Codes> codes = engine().encode(x, encoder, bEnc, rules);
    for (int i = 0; i < rules.size(); i++) {
      Codes selected = engine().select(pre, rules.get(i));
      Codes encoded = codes.get(i);
      assertSameCodes(selected, encoded, rules.get(i).toString());
    }
    Codes all = engine().encode(x, encoder, bEnc, List.of(new Selection.All())).get(0);
    Bits.assertSame(pre, engine().matrix(all));
  }
}
