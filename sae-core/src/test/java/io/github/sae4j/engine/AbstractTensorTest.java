package io.github.sae4j.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Contract of tensors and of arithmetic on them, for every engine. */
abstract class AbstractTensorTest extends EngineCase {

  @Test
  void tensorsHaveRowsAndVectorsHaveOne() {
    Tensor matrix = tensor(new double[][] {{1, 2, 3}, {4, 5, 6}});
    assertEquals(2, matrix.rows());
    assertEquals(3, matrix.width());
    assertEquals(6, matrix.length());
    assertEquals(isDouble(), matrix.isDouble());
    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, matrix.toDoubles());
    Tensor vector = vector(7, 8);
    assertEquals(1, vector.rows());
    assertEquals(2, vector.width());
    assertEquals(2, vector.length());
    assertArrayEquals(new double[] {7, 8}, vector.toDoubles());
    vector.close();
    Tensor.closeIfPresent(matrix);
    Tensor.closeIfPresent(null);
  }

  @Test
  void rangesAreReadAndWrittenAcrossRows() {
    Tensor matrix = tensor(new double[][] {{1, 2, 3}, {4, 5, 6}});
    float[] some = new float[6];
    matrix.read(2, some, 1, 3);
    assertArrayEquals(new float[] {0, 3, 4, 5, 0, 0}, some);
    matrix.write(1, new float[] {9, 10, 20, 30, 40, 9}, 1, 4);
    assertArrayEquals(new double[] {1, 10, 20, 30, 40, 6}, matrix.toDoubles());
    Tensor vector = vector(1, 2, 3);
    vector.write(1, new float[] {5}, 0, 1);
    vector.read(0, some, 0, 3);
    assertArrayEquals(new float[] {1, 5, 3, 5, 0, 0}, some);
  }

  @Test
  void valuesAreRoundedToThePrecision() {
    double third = 1.0 / 3;
    Tensor matrix = zeros(2, 2);
    matrix.setDoubles(new double[] {third, -third, .1, 1e-40});
    assertExactly(new double[][] {{third, -third}, {.1, 1e-40}}, matrix);
    float[] read = new float[4];
    matrix.read(0, read, 0, 4);
    assertArrayEquals(new float[] {(float) third, (float) -third, .1f, 1e-40f}, read);
    Tensor vector = vector(0, 0);
    vector.setDoubles(new double[] {third, 2});
    assertExactly(new double[][] {{third, 2}}, vector);
  }

  @Test
  void newTensorsHaveThePrecisionOfTheirModel() {
    Tensor like = vector(1, 2, 3);
    Tensor undefined = engine().undefined(5, 2, like);
    engine().fill(undefined, 4);
    assertExactly(filled(5, 2, 4), undefined);
    assertExactly(new double[][] {{.1, .1, .1}}, engine().filledLike(like, .1));
    assertExactly(filled(2, 3, .1), engine().filledLike(zeros(2, 3), .1));
    assertExactly(new double[][] {{1, 2, 3}}, like);
  }

  private static double[][] filled(int rows, int width, double value) {
    double[][] filled = new double[rows][width];
    Arrays.stream(filled).forEach(row -> Arrays.fill(row, value));
    return filled;
  }

  @Test
  void copiesAreIndependent() {
    double[][] values = {{1, 2}, {3, 4}};
    Tensor x = tensor(values);
    Tensor copy = engine().copy(x);
    engine().fill(x, 9);
    assertExactly(values, copy);
    engine().assign(x, copy);
    engine().fill(copy, 7);
    assertExactly(values, x);
  }

  /** Parameters are vectors as well as parts of a flat array of one row. */
  @Test
  void aVectorIsAMatrixOfOneRow() {
    Tensor row = tensor(new double[][] {{1, 2, 3, 4}});
    Tensor vector = vector(10, 20, 30, 40);
    engine().add(vector, row);
    assertExactly(new double[][] {{11, 22, 33, 44}}, vector);
    engine().multiply(row, vector);
    assertExactly(new double[][] {{11, 44, 99, 176}}, row);
    assertSum(11 * 11 + 44 * 22 + 99 * 33 + 176 * 44, 1e4, engine().product(row, vector));
    Tensor square = zeros(2, 2);
    engine().assign(square, vector);
    assertExactly(new double[][] {{11, 22}, {33, 44}}, square);
    engine().assign(vector, tensor(new double[][] {{1, 2}, {3, 4}}));
    assertExactly(new double[][] {{1, 2, 3, 4}}, vector);
    Tensor x = tensor(new double[][] {{1, 1, 1, 1}});
    engine().addToRows(x, tensor(new double[][] {{1, 2, 3, 4}}));
    assertExactly(new double[][] {{2, 3, 4, 5}}, x);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 5", "1, 300", "33, 70"})
  void elementsAreCombinedAndRoundedOnce(int rows, int width) {
    check(rows, width, Double::sum, (x, y) -> engine().add(x, y));
    check(rows, width, (x, y) -> x - y, (x, y) -> engine().subtract(x, y));
    check(rows, width, (x, y) -> y - x, (x, y) -> engine().subtractFrom(x, y));
    check(rows, width, (x, y) -> x * y, (x, y) -> engine().multiply(x, y));
    check(rows, width, (x, y) -> x / y, (x, y) -> engine().divide(x, y));
  }

  private void check(
      int rows, int width, DoubleBinaryOperator plain, BiConsumer<Tensor, Tensor> operation) {
    Random random = new Random(rows + width);
    double[][] x = gaussian(random, rows, width);
    double[][] y = gaussian(random, rows, width);
    Tensor changed = tensor(x);
    Tensor other = tensor(y);
    operation.accept(changed, other);
    assertExactly(mapped(rows, width, (i, j) -> plain.applyAsDouble(x[i][j], y[i][j])), changed);
    assertExactly(y, other);
  }

  /** Computes a value from its row and column. */
  private interface Cell {
    double at(int row, int column);
  }

  private static double[][] mapped(int rows, int width, Cell cell) {
    double[][] mapped = new double[rows][width];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j++) {
        mapped[i][j] = cell.at(i, j);
      }
    }
    return mapped;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 5", "1, 300", "33, 70"})
  void scalarsAreRoundedFirst(int rows, int width) {
    double third = rounded(1.0 / 3);
    double[][] values = gaussian(new Random(rows * 3L + width), rows, width);
    check(values, x -> x + third, x -> engine().add(x, 1.0 / 3));
    check(values, x -> x * third, x -> engine().scale(x, 1.0 / 3));
    check(values, x -> x / third, x -> engine().divide(x, 1.0 / 3));
    check(values, x -> x / 7, x -> engine().divide(x, 7));
    check(values, x -> third, x -> engine().fill(x, 1.0 / 3));
    // 2 + 1 at the engine, then thirds
    Later later = engine().sum(vector(2, 1)).over(9);
    check(values, x -> x * third, x -> engine().scale(x, later));
    Tensor x = tensor(values);
    double[][] expected = mapped(rows, width, (i, j) -> values[i][j] * third);
    assertExactly(expected, engine().scaled(x, 1.0 / 3));
    assertExactly(expected, engine().scaled(x, later));
    assertExactly(values, x);
  }

  private void check(double[][] values, DoubleUnaryOperator plain, Consumer<Tensor> operation) {
    Tensor changed = tensor(values);
    operation.accept(changed);
    assertExactly(
        mapped(values.length, values[0].length, (i, j) -> plain.applyAsDouble(values[i][j])),
        changed);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 5", "300, 3", "33, 70"})
  void vectorsAreAppliedToRows(int rows, int width) {
    Random random = new Random(rows * 7L + width);
    double[][] values = gaussian(random, rows, width);
    double[] row = gaussian(random, width);
    double[] factors = gaussian(random, rows);
    Tensor x = tensor(values);
    assertExactly(
        mapped(rows, width, (i, j) -> values[i][j] - row[j]), engine().minusRow(x, vector(row)));
    assertExactly(values, x);
    engine().addToRows(x, vector(row));
    assertExactly(mapped(rows, width, (i, j) -> values[i][j] + row[j]), x);
    Tensor scaled = tensor(values);
    engine().scaleRows(scaled, vector(factors));
    assertExactly(mapped(rows, width, (i, j) -> values[i][j] * factors[i]), scaled);
  }

  @Test
  void exponentialsByHand() {
    Tensor x = tensor(new double[][] {{0, 1}, {-2, Math.log(3)}});
    assertTensor(new double[][] {{1, Math.E}, {Math.exp(-2), 3}}, engine().exponentials(x));
    assertExactly(new double[][] {{0, 1}, {-2, Math.log(3)}}, x);
    assertVector(new double[] {1, Math.E}, engine().exponentials(vector(0, 1)));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 5", "1, 300", "300, 97"})
  void sumsAreInDoublePrecision(int rows, int width) {
    Random random = new Random(rows * 5L + width);
    double[][] a = gaussian(random, rows, width);
    double[][] b = gaussian(random, rows, width);
    double sum = 0;
    double magnitudes = 0;
    double squares = 0;
    double product = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j++) {
        sum += a[i][j];
        magnitudes += Math.abs(a[i][j]);
        squares += a[i][j] * a[i][j];
        product += a[i][j] * b[i][j];
      }
    }
    Tensor x = tensor(a);
    assertSum(sum, magnitudes, engine().sum(x));
    assertSum(squares, squares, engine().squares(x));
    assertSum(product, rows * width, engine().product(x, tensor(b)));
    assertEquals(engine().sum(x).get(), engine().sum(x).get(), "the same bits every time");
  }

  @Test
  void spreadByHand() {
    // mean row (2, 1): (−1, 1), (1, −1)
    assertEquals(
        4, engine().spread(tensor(new double[][] {{1, 2}, {3, 0}})).get(), 4 * tolerance());
    assertEquals(0, engine().spread(vector(5, 6)).get(), tolerance());
  }

  @ParameterizedTest
  @CsvSource({"1, 3", "7, 5", "300, 97"})
  void spreadAgreesWithPlainLoops(int rows, int width) {
    double[][] x = gaussian(new Random(rows), rows, width);
    double[] mean = PlainLoops.columnSums(x);
    double expected = 0;
    for (double[] row : x) {
      for (int j = 0; j < width; j++) {
        expected += Math.pow(row[j] - mean[j] / rows, 2);
      }
    }
    assertEquals(expected, engine().spread(tensor(x)).get(), tolerance() * (1 + expected));
  }

  @ParameterizedTest
  @EnumSource
  void rulesChangeAndSumTensors(EntryRule rule) {
    Random random = new Random(17);
    double[][] v = RuleInputs.values(random, 6, 9, rule);
    double[][] a = RuleInputs.withZeros(random, 6, 9);
    double[][] b = gaussian(random, 6, 9);
    double[][] c = gaussian(random, 6, 9);
    Later p = engine().sum(vector(.25, .0625));
    Later q = engine().sum(vector(.5, .25));
    Inputs inputs = Inputs.ofLatents(tensor(a), tensor(b), tensor(c)).with(p, q);
    double[][] expected =
        mapped(6, 9, (i, j) -> rule.of(v[i][j], a[i][j], b[i][j], c[i][j], 0, 0, .3125, .75));
    double sum = 0;
    double magnitudes = 0;
    for (double[] row : expected) {
      sum += Arrays.stream(row).sum();
      magnitudes += Arrays.stream(row).map(Math::abs).sum();
    }
    Tensor x = tensor(v);
    assertSum(sum, magnitudes, engine().sum(x, rule, inputs));
    assertExactly(v, x);
    engine().update(x, rule, inputs);
    RuleInputs.assertRounded(expected, x);
  }

  @Test
  void rulesOnVectorsByHand() {
    Tensor rates = vector(0, .5, .25);
    engine().update(rates, EntryRule.RUNNING_MEAN, Inputs.ofConstants(.75, .5)); // starts at .75
    assertExactly(new double[][] {{.75, .625, .5}}, rates);
    engine().update(rates, EntryRule.RUNNING_MEAN, Inputs.ofConstants(Double.NaN, .5));
    assertExactly(new double[][] {{.75, .625, .5}}, rates);
    engine()
        .update(
            rates,
            EntryRule.FIRST_OR_MEAN,
            Inputs.ofLatents(tensor(new double[][] {{0, 1, 0}}), vector(7, 8, 9)));
    assertExactly(new double[][] {{7, .625, 9}}, rates);
    assertSum(49 + .625 * .625 + 81, 200, engine().sum(rates, EntryRule.SQUARE, Inputs.NONE));
  }

  @ParameterizedTest
  @EnumSource
  void rulesMapNumbersThatTheEngineComputes(EntryRule rule) {
    for (double[] pair : new double[][] {{.5, .25}, {2.5, 0}, {0, 3}, {.0625, 4}}) {
      Later v = engine().sum(vector(pair[0], 0));
      Later u = engine().squares(vector(Math.sqrt(pair[1])));
      double uKnown = u.get();
      double expected = rule.of(pair[0], 0, 0, 0, uKnown, 0, .3125, 0);
      double allowed = 1e-12 * (1 + Math.abs(expected));
      assertEquals(expected, v.map(rule, u, .3125).get(), allowed);
      assertEquals(expected, v.map(rule, Later.of(uKnown), .3125).get(), allowed);
    }
  }

  @Test
  void arithmeticOnNumbersByHand() {
    Later six = engine().sum(vector(4, 2));
    Later four = Later.of(4);
    for (Later[] xy : new Later[][] {{six, four}, {Later.of(6), engine().sum(vector(4))}}) {
      Later x = xy[0];
      Later y = xy[1];
      assertEquals(10, x.plus(y).get());
      assertEquals(24, x.times(y).get());
      assertEquals(1.5, x.over(y).get());
    }
    assertEquals(8, six.plus(2).get());
    assertEquals(3, six.times(.5).get());
    assertEquals(12, six.over(.5).get());
    Later nothing = engine().sum(vector(0));
    assertEquals(0, six.over(nothing).get());
    assertEquals(0, four.over(nothing).get());
    assertTrue(six.isThere());
  }

  /** Nothing of the caller's scope is lost when it ends. */
  @Test
  void resultsOutliveAScope() {
    Tensor sum;
    Later number;
    try (Engine.Scope ignored = engine().scope()) {
      sum = engine().copy(vector(1, 2));
      engine().add(sum, vector(3, 4));
      number = engine().sum(sum);
    }
    assertExactly(new double[][] {{4, 6}}, sum);
    assertEquals(10, number.get());
    engine().release();
    Tensor again = engine().scaled(sum, 2);
    assertExactly(new double[][] {{8, 12}}, again);
    Bits.assertSame(sum, engine().scaled(again, .5));
  }
}
