package io.github.sae4j.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Contract of codes and of arithmetic on them, for every engine. */
abstract class AbstractCodesTest extends AbstractTensorTest {
  private static final double[][] VALUES = {{0, 2, 0, .5}, {0, 0, 0, 0}, {4, 0, .25, -3}};

  /** Returns the values as sparse codes and as a matrix. */
  private List<Codes> bothKinds() {
    return List.of(signedCodes(VALUES), engine().everyEntry(tensor(VALUES)));
  }

  private static BitSet set(int... latents) {
    BitSet set = new BitSet();
    for (int latent : latents) {
      set.set(latent);
    }
    return set;
  }

  @Test
  void codesTellTheirValues() {
    for (Codes codes : bothKinds()) {
      assertEquals(3, codes.rows());
      assertEquals(4, codes.nLatents());
      assertEquals(5, codes.nonZeros());
      assertEquals(5, engine().nonZeros(codes).get());
      assertEquals(set(0, 1, 2, 3), codes.fired());
      assertEquals(OptionalDouble.of(.25), codes.smallestPositive());
      assertEquals(.25, engine().smallestPositive(codes).get());
      for (int b = 0; b < 3; b++) {
        for (int l = 0; l < 4; l++) {
          assertEquals(VALUES[b][l], codes.at(b, l));
        }
      }
      assertThrows(IndexOutOfBoundsException.class, () -> codes.at(0, 4));
      assertThrows(IndexOutOfBoundsException.class, () -> codes.at(0, -1));
      assertThrows(IndexOutOfBoundsException.class, () -> codes.at(3, 0));
      assertThrows(IndexOutOfBoundsException.class, () -> codes.at(-1, 0));
      assertExactly(VALUES, engine().matrix(codes));
      codes.release();
    }
    assertEquals(5, signedCodes(VALUES).activations());
    assertEquals(5 / 3.0, signedCodes(VALUES).l0());
    assertEquals(12, engine().everyEntry(tensor(VALUES)).activations());
    assertEquals(4, engine().everyEntry(tensor(VALUES)).l0());
  }

  @Test
  void nothingPositiveIsNaN() {
    for (Codes codes : bothKinds()) {
      Codes negative = codes.slice(3, 4).times(-1).slice(3, 4);
      assertEquals(OptionalDouble.of(3), negative.smallestPositive());
      Codes none = codes.times(0);
      assertEquals(OptionalDouble.empty(), none.smallestPositive());
      assertEquals(Double.NaN, engine().smallestPositive(none).get());
      assertEquals(0, engine().nonZeros(none).get());
      assertEquals(0, none.nonZeros());
    }
  }

  @Test
  void entriesOf0DoNotCountAsFired() {
    Codes codes = withAnEntryOf0();
    assertEquals(5, codes.activations());
    assertEquals(4, codes.nonZeros());
    assertEquals(4, engine().nonZeros(codes).get());
    assertEquals(set(0, 2, 3), codes.fired());
    Codes without = engine().withoutZeros(codes);
    assertEquals(4, without.activations());
    assertCodes(new double[][] {{0, 0, 0, .5}, {0, 0, 0, 0}, {4, 0, .25, -3}}, without);
    assertArrayEquals(new int[] {1, 3}, latentsOf(codes, 0));
    assertArrayEquals(new int[] {3}, latentsOf(without, 0));
    assertEquals(5, codes.activations(), "the codes themselves do not change");
  }

  /** Latent 1 has an entry of 0 in row 0, as with a gate that is open at a magnitude of 0. */
  private Codes withAnEntryOf0() {
    Tensor thresholds = vector(-9, 9, -9, -9);
    return engine().map(signedCodes(VALUES), EntryRule.ABOVE, Inputs.ofLatents(thresholds));
  }

  @Test
  void withoutZerosKeepsTheValuesOfAMatrix() {
    assertCodes(VALUES, engine().withoutZeros(engine().everyEntry(tensor(VALUES))));
  }

  @Test
  void aSliceKeepsARangeOfLatents() {
    for (Codes codes : bothKinds()) {
      Codes slice = codes.slice(1, 3);
      assertCodes(new double[][] {{0, 2, 0, 0}, {0, 0, 0, 0}, {0, 0, .25, 0}}, slice);
      assertEquals(set(1, 2), slice.fired());
      assertCodes(VALUES, codes.slice(0, 4));
      assertEquals(codes.activations(), codes.slice(0, 4).activations());
      Codes none = codes.slice(2, 2);
      assertCodes(new double[3][4], none);
      assertEquals(0, none.activations());
      assertEquals(0, none.nonZeros());
      assertTrue(none.fired().isEmpty());
      assertCodes(new double[][] {{0, 2, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}}, slice.slice(0, 2));
      assertEquals(0, slice.slice(3, 4).activations());
      assertCodes(VALUES, codes);
      for (int[] range : new int[][] {{-1, 2}, {3, 2}, {2, 5}}) {
        assertThrows(IndexOutOfBoundsException.class, () -> codes.slice(range[0], range[1]));
      }
    }
    assertEquals(2, signedCodes(VALUES).slice(1, 3).activations());
    assertEquals(6, engine().everyEntry(tensor(VALUES)).slice(1, 3).activations());
  }

  @Test
  void valuesAtOtherCodesPositions() {
    double[][] other = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};
    Tensor weights = vector(-1, -2, -3, -4);
    Codes sparse = signedCodes(VALUES);
    assertCodes(
        new double[][] {{0, 2, 0, 4}, {0, 0, 0, 0}, {9, 0, 11, 12}}, sparse.sample(tensor(other)));
    assertCodes(
        new double[][] {{0, -2, 0, -4}, {0, 0, 0, 0}, {-1, 0, -3, -4}}, sparse.weights(weights));
    Codes slice = sparse.slice(3, 4);
    assertCodes(
        new double[][] {{0, 0, 0, 4}, {0, 0, 0, 0}, {0, 0, 0, 12}}, slice.sample(tensor(other)));
    assertEquals(2, slice.sample(tensor(other)).activations());
    assertEquals(5, sparse.sample(zeros(3, 4)).activations(), "entries of 0 stay entries");
    Codes every = engine().everyEntry(tensor(VALUES)).slice(2, 4);
    assertCodes(
        new double[][] {{0, 0, 3, 4}, {0, 0, 7, 8}, {0, 0, 11, 12}}, every.sample(tensor(other)));
    assertCodes(
        new double[][] {{0, 0, -3, -4}, {0, 0, -3, -4}, {0, 0, -3, -4}}, every.weights(weights));
  }

  @Test
  void codesAreCombinedEntryByEntry() {
    for (Codes codes : bothKinds()) {
      assertCodes(
          new double[][] {{0, -4, 0, -.25}, {0, 0, 0, 0}, {-16, 0, -.0625, -9}},
          codes.times(codes.times(-1)));
      assertCodes(
          new double[][] {{0, 3, 0, .75}, {0, 0, 0, 0}, {6, 0, .375, -4.5}},
          codes.plus(codes.times(.5)));
      assertCodes(VALUES, codes);
    }
    Codes sparse = signedCodes(VALUES);
    assertEquals(5, sparse.plus(sparse.times(-1)).activations());
    assertEquals(0, sparse.plus(sparse.times(-1)).nonZeros());
  }

  @Test
  void onesForSomeLatents() {
    Tensor like = vector(0);
    Codes ones = engine().ones(Latents.of(set(1, 4)), 6, like);
    assertCodes(new double[][] {{0, 1, 0, 0, 1, 0}}, ones);
    assertEquals(2, ones.activations());
    Tensor w = tensor(gaussian(new Random(2), 6, 3));
    double[][] rows = rows(w);
    double[][] sum = new double[1][3];
    for (int j = 0; j < 3; j++) {
      sum[0][j] = rows[1][j] + rows[4][j];
    }
    assertTensor(sum, engine().decode(ones, w));
    Codes none = engine().ones(Latents.of(new BitSet()), 6, like);
    assertCodes(new double[1][6], none);
    assertEquals(0, none.activations());
  }

  @Test
  void latentsAreCountedAndCopied() {
    BitSet some = set(1, 4);
    Latents latents = Latents.of(some);
    assertEquals(2, latents.count());
    assertEquals(some, latents.toBitSet());
    latents.toBitSet().clear();
    assertEquals(some, latents.toBitSet());
    assertTrue(Latents.of(new BitSet()).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 17", "70, 130", "300, 9"})
  void partsSideBySideAreTheWhole(int rows, int nLatents) {
    Random random = new Random(rows);
    double[][] values = gaussian(random, rows, nLatents);
    Codes whole = codes(values);
    int first = nLatents / 3;
    int second = nLatents / 2;
    List<Codes> parts =
        List.of(
            whole.slice(0, first),
            whole.slice(first, second),
            whole.slice(second, second),
            whole.slice(second, nLatents));
    assertSameCodes(whole, engine().sideBySide(parts), "parts");
    assertSameCodes(whole, engine().sideBySide(List.of(whole)), "one part");
    assertEquals(
        0, engine().sideBySide(List.of(whole.slice(0, 0), whole.slice(0, 0))).activations());
  }

  @ParameterizedTest
  @EnumSource
  void rulesMapAndSumSparseCodes(EntryRule rule) {
    check(rule, 6, 9);
    check(rule, 70, 33);
  }

  private void check(EntryRule rule, int rows, int nLatents) {
    Random random = new Random(rows + rule.name().length());
    double[][] values = RuleInputs.values(random, rows, nLatents, rule);
    double[][] mask = RuleInputs.withZeros(random, rows, nLatents);
    double[][] ofU = RuleInputs.withZeros(random, rows, nLatents);
    double[][] ofW = gaussian(random, rows, nLatents);
    double[] a = RuleInputs.withZeros(random, 1, nLatents)[0];
    double[] b = gaussian(random, nLatents);
    double[] c = gaussian(random, nLatents);
    double[][] there = PlainLoops.whereNonZero(values, mask);
    Codes v = signedCodes(there);
    Codes u = v.sample(tensor(ofU));
    Codes w = v.sample(tensor(ofW));
    Later p = engine().sum(vector(.25, .0625));
    Later q = engine().sum(vector(.5, .25));
    Inputs inputs = Inputs.ofLatents(vector(a), vector(b), vector(c)).and(u, w).with(p, q);
    double[][] expected = new double[rows][nLatents];
    double sum = 0;
    double magnitudes = 0;
    for (int i = 0; i < rows; i++) {
      for (int l = 0; l < nLatents; l++) {
        if (there[i][l] != 0) {
          expected[i][l] = rule.of(there[i][l], a[l], b[l], c[l], ofU[i][l], ofW[i][l], .3125, .75);
          sum += expected[i][l];
          magnitudes += Math.abs(expected[i][l]);
        }
      }
    }
    assertTrue(magnitudes > 0, "all results are 0");
    assertSum(sum, magnitudes, engine().sum(v, rule, inputs));
    RuleInputs.assertRounded(
        new double[][] {PlainLoops.columnSums(expected)},
        engine().sumByLatent(v, rule, inputs, vector(0)));
    Codes mapped = engine().map(v, rule, inputs);
    assertArrayEquals(positions(v), positions(mapped), "positions");
    RuleInputs.assertRounded(expected, engine().matrix(mapped));
    assertExactly(there, engine().matrix(v));
    Codes replaced = engine().replace(signedCodes(there), rule, inputs);
    assertSameCodes(mapped, replaced, "replaced");
  }

  @Test
  void rulesByHand() {
    Codes codes = signedCodes(VALUES);
    Tensor like = vector(0);
    assertCodes(
        new double[][] {{0, 4, 0, .25}, {0, 0, 0, 0}, {16, 0, .0625, 9}},
        engine().map(codes, EntryRule.SQUARE, Inputs.NONE));
    assertSum(3.75, 10, engine().sum(codes, EntryRule.ADD, Inputs.NONE));
    assertSum(8.75, 10, engine().sum(codes, EntryRule.ADD, Inputs.ofConstants(1, 0)));
    assertVector(
        new double[] {4, 2, .25, -2.5},
        engine().sumByLatent(codes, EntryRule.ADD, Inputs.NONE, like));
    assertVector(
        new double[] {1, 1, 1, 2},
        engine().sumByLatent(codes, EntryRule.CONSTANT, Inputs.ofConstants(1, 0), like));
    assertCodes(
        new double[][] {{0, 20, 0, 20}, {0, 0, 0, 0}, {40, 0, 7.5, -120}},
        engine()
            .map(codes, EntryRule.PRODUCT, Inputs.ofCodes(codes.weights(vector(10, 10, 30, 40)))));
    Codes none = codes.slice(0, 0);
    assertSum(0, 0, engine().sum(none, EntryRule.CONSTANT, Inputs.ofConstants(1, 0)));
    assertVector(new double[4], engine().sumByLatent(none, EntryRule.SQUARE, Inputs.NONE, like));
  }

  /** The rules that occur on sigmoid, linear and dense ReLU codes. */
  @ParameterizedTest
  @EnumSource(names = {"SCALE", "TANH", "POWER_SLOPE", "SIGMOID_GRADIENT", "TANH_GRADIENT"})
  void rulesMapCodesStoredAsAMatrix(EntryRule rule) {
    Random random = new Random(rule.name().length());
    double[][] values = RuleInputs.values(random, 7, 19, rule);
    double[][] ofU = gaussian(random, 7, 19);
    Codes u = engine().everyEntry(tensor(ofU));
    for (double p : new double[] {.5, 1}) {
      Inputs inputs = Inputs.ofCodes(u).with(p, 3);
      double[][] expected = new double[7][19];
      for (int i = 0; i < 7; i++) {
        for (int l = 0; l < 19; l++) {
          expected[i][l] = rule.of(values[i][l], 0, 0, 0, ofU[i][l], 0, p, 3);
        }
      }
      Codes codes = engine().everyEntry(tensor(values));
      Codes mapped = engine().map(codes, rule, inputs);
      assertCodes(expected, mapped);
      assertExactly(values, engine().matrix(codes));
      Codes replaced = engine().replace(engine().everyEntry(tensor(values)), rule, inputs);
      Bits.assertSame(engine().matrix(mapped), engine().matrix(replaced));
      assertExactly(ofU, engine().matrix(u));
    }
  }

  @Test
  void onlyPositiveEntriesOfAMatrixHaveAPower() {
    double[][] values = {{4, 0, 1}, {0, 9, 0}};
    Codes codes = engine().everyEntry(tensor(values));
    Later sum = engine().sum(codes, EntryRule.POWER, Inputs.ofConstants(.5, 0));
    assertEquals(2 + 1 + 3, sum.get(), 1e-5);
    assertCodes(
        new double[][] {{slope(4), 0, slope(1)}, {0, slope(9), 0}},
        engine().map(codes, EntryRule.POWER_SLOPE, Inputs.ofConstants(.5, 3)));
  }

  private static double slope(double value) {
    return 1.5 / Math.sqrt(value + EntryRule.EPSILON);
  }
}
