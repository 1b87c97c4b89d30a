package io.github.sae4j.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contract of gradients and of Adam, for every engine. */
abstract class AbstractGradientTest extends AbstractSelectionTest {
  private static FactoredGradient.Along along(int width, Tensor factors) {
    return FactoredGradient.Along.rows(width, factors);
  }

  @Test
  void factoredGradientByHand() {
    Codes codes = codes(new double[][] {{2, 0, 1}, {0, 3, 0}});
    Tensor y = tensor(new double[][] {{1, 2}, {3, 4}});
    Tensor w = tensor(new double[][] {{1, 1}, {0, 1}, {5, -1}});
    FactoredGradient.Term term = new FactoredGradient.Term(codes, y, 2);
    Tensor out = tensor(new double[][] {{9, 9}, {9, 9}, {9, 9}});
    engine().write(FactoredGradient.of(term), w, out);
    assertTensor(new double[][] {{4, 8}, {18, 24}, {2, 4}}, out);
    engine().write(new FactoredGradient(List.of(term, term), along(2, vector(1, 0, -1))), w, out);
    assertTensor(new double[][] {{9, 17}, {36, 48}, {-1, 9}}, out);
    engine().write(FactoredGradient.of(), w, out);
    assertTensor(new double[][] {{0, 0}, {0, 0}, {0, 0}}, out);
  }

  /** Auxiliary losses have scales that depend on the step's own errors. */
  @Test
  void scalesMayStillBeBeingComputed() {
    Codes codes = codes(new double[][] {{2, 0, 1}, {0, 3, 0}});
    Tensor y = tensor(new double[][] {{1, 2}, {3, 4}});
    Tensor w = tensor(new double[][] {{1, 0}, {0, 1}, {.6, -.8}});
    Later scale = engine().squares(vector(1, 1)).times(engine().sum(vector(.5, 2)).over(2.5));
    FactoredGradient gradient =
        FactoredGradient.of(
            new FactoredGradient.Term(codes, y, scale),
            new FactoredGradient.Term(codes, y, engine().sum(vector(0))));
    Tensor out = zeros(3, 2);
    engine().write(gradient, w, out);
    assertTensor(new double[][] {{4, 8}, {18, 24}, {2, 4}}, out);
    assertSquaredNorm(80 + 900 + 20, gradient, w, false);
    assertSquaredNorm(64 + 324 + 16, gradient, w, true);
    assertTensor(
        new double[][] {{2, 4}, {9, 12}, {1, 2}}, tensor(moment(w, gradient, Later.of(1), false)));
  }

  @Test
  void adamByHand() {
    Codes codes = codes(new double[][] {{1, 0}});
    Tensor w = tensor(new double[][] {{1, 2}, {3, 4}});
    Tensor mean = tensor(new double[][] {{0, 0}, {1, 1}});
    Tensor variance = tensor(new double[][] {{0, 0}, {1, 4}});
    Tensor y = tensor(new double[][] {{4, -2}});
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
    assertTensor(new double[][] {{1, -.5}, {.5, .5}}, mean);
    assertTensor(new double[][] {{1, .25}, {.75, 3}}, variance);
    assertTensor(new double[][] {{.9, 2.1}, {3 - .05 / Math.sqrt(.75), 4 - .05 / Math.sqrt(3)}}, w);
  }

  @Test
  void adamOnAVectorByHand() {
    Tensor w = vector(1, 2);
    Tensor mean = vector(0, 0);
    Tensor variance = vector(0, 0);
    engine().adam(w, mean, variance, vector(4, -2), new AdamStep(.1, .5, .75, 0, 1, .5));
    assertVector(new double[] {.9, 2.1}, w);
    assertVector(new double[] {1, -.5}, mean);
    assertVector(new double[] {1, .25}, variance);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "30, 19", "1, 300"})
  void adamOnATensorAgreesWithPlainLoops(int rows, int width) {
    Random random = new Random(rows + width);
    double[][] w = gaussian(random, rows, width);
    double[][] mean = gaussian(random, rows, width);
    double[][] variance = variance(random, rows, width);
    double[][] g = gaussian(random, rows, width);
    Tensor actual = tensor(w);
    Tensor actualMean = tensor(mean);
    Tensor actualVariance = tensor(variance);
    Tensor gradient = tensor(g);
    for (int t = 1; t <= 3; t++) {
      AdamStep step = new AdamStep(.01, .9, .99, 1e-8, t, engine().sum(vector(.25, .25)));
      engine().adam(actual, actualMean, actualVariance, gradient, step);
      PlainLoops.adam(w, mean, variance, scaled(g, .5), step);
    }
    assertTensor(mean, actualMean);
    assertTensor(variance, actualVariance);
    assertTensor(w, actual);
    assertExactly(g, gradient);
  }

  private static double[][] scaled(double[][] values, double factor) {
    return Arrays.stream(values)
        .map(row -> Arrays.stream(row).map(value -> factor * value).toArray())
        .toArray(double[][]::new);
  }

  /** Returns second moments far from 0, where a step would follow a gradient's rounding. */
  private static double[][] variance(Random random, int rows, int width) {
    double[][] variance = gaussian(random, rows, width);
    for (double[] row : variance) {
      for (int j = 0; j < width; j++) {
        row[j] = (float) (row[j] * row[j] + .25);
      }
    }
    return variance;
  }

  @Test
  void adamKeepsUnitRowsOnTheSphere() {
    Random random = new Random(3);
    Tensor w = tensor(gaussian(random, 9, 7));
    engine().normaliseRows(w);
    Tensor before = engine().copy(w);
    Codes codes = codes(gaussian(random, 5, 9));
    Tensor y = tensor(gaussian(random, 5, 7));
    FactoredGradient gradient = FactoredGradient.of(new FactoredGradient.Term(codes, y, 1));
    Tensor g = zeros(9, 7);
    engine().write(gradient, w, g);
    engine().projectRows(g, w);
    Tensor mean = zeros(9, 7);
    AdamStep step = new AdamStep(.01, .5, .9, 1e-8, 1, 1);
    engine().adam(w, mean, zeros(9, 7), gradient, step, true);
    assertTensor(scaled(rows(g), .5), mean);
    for (double norm : engine().rowNorms(w).toDoubles()) {
      assertEquals(1, norm, 10 * tolerance());
    }
    engine().subtract(before, w);
    assertTrue(engine().squares(before).get() > 1e-4, "nothing moved");
  }

  /** Sparse and dense codes, known and computed scales, and a component along parts of rows. */
  @ParameterizedTest
  @CsvSource({
    "1, 2, 1, false",
    "30, 19, 97, false",
    "30, 19, 97, true",
    "5, 6, 300, true",
    "70, 33, 130, false"
  })
  void gradientsAgreeWithPlainLoops(int rows, int width, int nLatents, boolean unitNorm) {
    Random random = new Random(rows + nLatents);
    double[][] w = PlainLoops.normalised(gaussian(random, nLatents, width));
    double[][] sparse = gaussian(random, rows, nLatents);
    double[][] dense = gaussian(random, rows, nLatents);
    double[][] y = gaussian(random, rows, width);
    double[][] z = gaussian(random, rows, width);
    double[] first = gaussian(random, nLatents);
    double[] second = gaussian(random, nLatents);
    int part = width / 2;

    double[][] expected = new double[nLatents][width];
    PlainLoops.addTerm(expected, 2, PlainLoops.above(sparse, new double[nLatents]), y);
    PlainLoops.addTerm(expected, -1.5, dense, z);
    PlainLoops.addTerm(expected, .5, dense, y);
    for (int l = 0; l < nLatents; l++) {
      for (int j = 0; j < width; j++) {
        expected[l][j] += (j < part ? first : second)[l] * w[l][j];
      }
    }

    Tensor ofY = tensor(y);
    Codes matrix = engine().everyEntry(tensor(dense));
    List<FactoredGradient.Term> terms = new ArrayList<>();
    terms.add(new FactoredGradient.Term(codes(sparse), ofY, engine().sum(vector(1.5, .5))));
    terms.add(new FactoredGradient.Term(matrix, tensor(z), engine().sum(vector(-2, .5))));
    terms.add(new FactoredGradient.Term(signedCodes(dense), ofY, .5));
    FactoredGradient gradient =
        new FactoredGradient(
            terms,
            new FactoredGradient.Along(
                List.of(part, width - part), List.of(vector(first), vector(second))));
    Tensor ofW = tensor(w);
    Tensor out = engine().undefined(nLatents, width, ofW);
    engine().write(gradient, ofW, out);
    double scale = Math.sqrt(rows) * 4;
    assertTensor(expected, out, scale);
    double[][] used = unitNorm ? PlainLoops.projected(expected, w) : expected;
    if (unitNorm) {
      engine().projectRows(out, ofW);
      assertTensor(used, out, scale);
    }
    assertSquaredNorm(PlainLoops.squares(used), gradient, ofW, unitNorm);

    double[][] mean = gaussian(random, nLatents, width);
    double[][] variance = variance(random, nLatents, width);
    Tensor actualMean = tensor(mean);
    Tensor actualVariance = tensor(variance);
    AdamStep step = new AdamStep(.01, .9, .99, 1e-8, 3, 1.0 / rows);
    engine().adam(ofW, actualMean, actualVariance, gradient, step, unitNorm);
    PlainLoops.adam(w, mean, variance, scaled(used, 1.0 / rows), step);
    assertTensor(mean, actualMean, 4);
    assertTensor(variance, actualVariance, 16);
    assertTensor(unitNorm ? PlainLoops.normalised(w) : w, ofW);
  }

  @Test
  void squaredNormByHand() {
    Codes codes = codes(new double[][] {{2, 0, 1}, {0, 3, 0}});
    Tensor y = tensor(new double[][] {{1, 2}, {3, 4}});
    Tensor w = tensor(new double[][] {{1, 0}, {0, 1}, {.6, -.8}});
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
    Codes dense = engine().everyEntry(engine().matrix(codes));
    FactoredGradient both = FactoredGradient.of(new FactoredGradient.Term(dense, y, 1), term);
    assertSquaredNorm(2.25 * 1000, both, w, false);
  }

  private void assertSquaredNorm(
      double expected, FactoredGradient gradient, Tensor w, boolean unitNorm) {
    assertEquals(
        expected,
        engine().squaredNorm(gradient, w, unitNorm).get(),
        2 * tolerance() * (1 + expected));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "30, 19, 97", "5, 6, 300"})
  void squaredNormMatchesTheFullGradient(int rows, int width, int nLatents) {
    Random random = new Random(rows + nLatents);
    Tensor w = tensor(gaussian(random, nLatents, width));
    engine().normaliseRows(w);
    FactoredGradient.Term first =
        new FactoredGradient.Term(
            codes(gaussian(random, rows, nLatents)), tensor(gaussian(random, rows, width)), 2);
    FactoredGradient.Term second =
        new FactoredGradient.Term(
            codes(gaussian(random, rows, nLatents)), tensor(gaussian(random, rows, width)), -1);
    FactoredGradient gradient =
        new FactoredGradient(
            List.of(first, second), along(width, vector(gaussian(random, nLatents))));
    Tensor g = zeros(nLatents, width);
    engine().write(gradient, w, g);
    assertSquaredNorm(PlainLoops.squares(rows(g)), gradient, w, false);
    engine().projectRows(g, w);
    assertSquaredNorm(PlainLoops.squares(rows(g)), gradient, w, true);
  }

  /** Each source of a crosscoder has its own factor. */
  @Test
  void gradientAlongPartsOfRowsByHand() {
    Tensor w = tensor(new double[][] {{1, 2, 3}, {4, 5, 6}});
    FactoredGradient gradient =
        new FactoredGradient(
            List.of(),
            new FactoredGradient.Along(List.of(1, 2), List.of(vector(2, 0), vector(-1, 10))));
    Tensor out = tensor(new double[][] {{9, 9, 9}, {9, 9, 9}});
    engine().write(gradient, w, out);
    assertTensor(new double[][] {{2, -2, -3}, {0, 50, 60}}, out);
    assertSquaredNorm(4 + 4 + 9 + 2500 + 3600, gradient, w, false);
    assertTensor(
        new double[][] {{2, -2, -3}, {0, 50, 60}}, tensor(moment(w, gradient, Later.of(2), false)));
  }

  /** Clipping by the global norm requires this. */
  @Test
  void scalingAStepIsScalingItsGradient() {
    Random random = new Random(8);
    Tensor w = tensor(gaussian(random, 9, 7));
    engine().normaliseRows(w);
    Codes codes = codes(gaussian(random, 5, 9));
    Tensor y = tensor(gaussian(random, 5, 7));
    Tensor along = vector(gaussian(random, 9));
    FactoredGradient whole =
        new FactoredGradient(List.of(new FactoredGradient.Term(codes, y, 2)), along(7, along));
    FactoredGradient scaled =
        new FactoredGradient(
            List.of(new FactoredGradient.Term(codes, y, .5)),
            along(7, engine().scaled(along, .25)));
    for (boolean unitNorm : new boolean[] {false, true}) {
      double[][] expected = moment(w, scaled, Later.of(1), unitNorm);
      assertTensor(expected, tensor(moment(w, whole, Later.of(.25), unitNorm)));
      assertTrue(PlainLoops.squares(expected) > .1, "no gradient");
    }
  }

  /** Returns Adam's mean after a step from 0 with β₁ = ½. */
  private double[][] moment(Tensor w, FactoredGradient gradient, Later scale, boolean unitNorm) {
    int rows = (int) w.rows();
    Tensor mean = zeros(rows, w.width());
    AdamStep step = new AdamStep(.01, .5, .9, 1e-8, 1, scale);
    engine().adam(engine().copy(w), mean, zeros(rows, w.width()), gradient, step, unitNorm);
    return rows(mean);
  }

  @Test
  void aClippedStepHasTheLargestNormAllowed() {
    Codes codes = codes(new double[][] {{2, 0, 1}, {0, 3, 0}});
    Tensor y = tensor(new double[][] {{1, 2}, {3, 4}});
    Tensor w = tensor(new double[][] {{1, 0}, {0, 1}, {.6, -.8}});
    FactoredGradient gradient = FactoredGradient.of(new FactoredGradient.Term(codes, y, 2));
    AdamStep step = new AdamStep(.01, .5, .9, 1e-8, 1, .5);
    // squared norm 1,000, so √250 once scaled
    Later squares = engine().squaredNorm(gradient, w, false);
    assertEquals(.5, step.clipped(16, squares).gradientScale().get());
    AdamStep clipped = step.clipped(2, squares);
    assertEquals(2 / Math.sqrt(1000), clipped.gradientScale().get(), tolerance());
    double[][] mean = moment(w, gradient, clipped.gradientScale(), false);
    // half the gradient
    assertEquals(1, Math.sqrt(PlainLoops.squares(mean)), 2 * tolerance());
    // another clipping of a scale that may still be being computed
    assertEquals(
        1 / Math.sqrt(1000), clipped.clipped(1, squares).gradientScale().get(), tolerance());
    assertEquals(step.rate(), clipped.rate());
  }
}
