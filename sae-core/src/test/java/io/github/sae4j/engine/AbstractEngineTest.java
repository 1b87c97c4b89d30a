package io.github.sae4j.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.sae4j.Bits;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Contract of every engine, on its public interface alone: hand-worked cases, and random shapes
 * compared with plain double loops.
 */
public abstract class AbstractEngineTest extends AbstractGradientTest {

  @Test
  void affineByHand() {
    Tensor encoder = tensor(new double[][] {{1, 4}, {2, 5}, {3, 6}});
    Tensor x = tensor(new double[][] {{1, -1}, {2, 0}});
    double[][] expected = {{-2.5, -3, -4}, {2.5, 4, 5}};
    assertTensor(expected, engine().affine(x, encoder, vector(.5, 0, -1)));
    Tensor oneRow = tensor(new double[][] {{.5, 0, -1}});
    assertTensor(expected, engine().affine(x, encoder, oneRow));
    assertTensor(new double[][] {expected[0]}, engine().affine(vector(1, -1), encoder, oneRow));
  }

  @Test
  void decodeSampledProductAndAccumulateByHand() {
    double[][] values = {{2, 0, 1}, {0, 3, 0}};
    Codes codes = codes(values);
    Codes dense = engine().everyEntry(tensor(values));
    Tensor w = tensor(new double[][] {{1, 0}, {0, 1}, {5, -1}});
    assertTensor(new double[][] {{7, -1}, {0, 3}}, engine().decode(codes, w));
    assertTensor(new double[][] {{7, -1}, {0, 3}}, engine().decode(dense, w));

    Tensor y = tensor(new double[][] {{1, 2}, {3, 4}});
    assertCodes(new double[][] {{1, 0, 3}, {0, 4, 0}}, engine().sampledProduct(y, w, codes));
    assertCodes(new double[][] {{1, 2, 3}, {3, 4, 11}}, engine().sampledProduct(y, w, dense));
    assertCodes(
        new double[][] {{0, 2, 3}, {0, 4, 11}}, engine().sampledProduct(y, w, dense.slice(1, 3)));

    for (Codes either : List.of(codes, dense)) {
      Tensor out = tensor(new double[][] {{1, 1}, {1, 1}, {1, 1}});
      engine().accumulate(either, y, out, false);
      assertTensor(new double[][] {{2, 4}, {9, 12}, {1, 2}}, out);
      engine().accumulate(either, y, out, true);
      assertTensor(new double[][] {{4, 8}, {18, 24}, {2, 4}}, out);
      assertVector(new double[] {2, 3, 1}, engine().latentSums(either));
    }
    assertVector(new double[] {4, 6}, engine().columnSums(y));
  }

  @Test
  void residualByHand() {
    Codes codes = codes(new double[][] {{2, 0, 1}, {0, 3, 0}});
    Tensor w = tensor(new double[][] {{1, 0}, {0, 1}, {5, -1}});
    Tensor target = tensor(new double[][] {{5, 0}, {1, 1}});
    // decoded: (7, −1), (0, 3)
    Residual plain = engine().residual(codes, w, null, target, null);
    assertTensor(new double[][] {{2, -1}, {-1, 2}}, plain.error());
    assertCodes(new double[][] {{2, 0, 11}, {0, 2, 0}}, plain.products());
    assertEquals(10, plain.squares().get(), 10 * tolerance());
    assertTensor(rows(plain.error()), engine().residualError(codes, w, null, target));
    Residual full = engine().residual(codes, w, vector(1, -1), target, vector(.5, .25, -1));
    assertTensor(new double[][] {{3, -2}, {0, 1}}, full.error());
    assertCodes(new double[][] {{3.5, 0, 16}, {0, 1.25, 0}}, full.products());
    assertEquals(14, full.squares().get(), 14 * tolerance());
    assertTensor(rows(full.error()), engine().residualError(codes, w, vector(1, -1), target));
    Codes dense = engine().everyEntry(engine().matrix(codes));
    Residual every = engine().residual(dense, w, vector(1, -1), target, vector(.5, .25, -1));
    assertTensor(new double[][] {{3, -2}, {0, 1}}, every.error());
    assertCodes(new double[][] {{3.5, -1.75, 16}, {.5, 1.25, -2}}, every.products());
    assertEquals(14, every.squares().get(), 14 * tolerance());
  }

  /** Entries of 0 occur with gates that are open at a magnitude of 0. */
  @Test
  void entriesOf0HaveProductsToo() {
    Codes codes =
        engine()
            .map(
                codes(new double[][] {{2, 7, 1}, {0, 3, 0}}),
                EntryRule.ABOVE,
                Inputs.ofLatents(vector(0, 9, 0)));
    assertEquals(4, codes.activations());
    Tensor w = tensor(new double[][] {{1, 0}, {0, 1}, {5, -1}});
    Tensor target = tensor(new double[][] {{5, 0}, {1, 1}});
    // decoded: (7, −1), (0, 0)
    Residual residual = engine().residual(codes, w, null, target, null);
    assertTensor(new double[][] {{2, -1}, {-1, -1}}, residual.error());
    assertCodes(new double[][] {{2, -1, 11}, {0, -1, 0}}, residual.products());
    assertCodes(
        new double[][] {{2, -1, 11}, {0, -1, 0}},
        engine().sampledProduct(residual.error(), w, codes));
  }

  @Test
  void sumsOfRowsByHand() {
    Tensor w = tensor(new double[][] {{3, 4}, {1, 0}, {0, -2}});
    assertVector(new double[] {5, 2}, engine().combineRows(vector(1, 2, 1), w));
    assertVector(new double[] {5, 1, 2}, engine().rowNorms(w));
    assertVector(new double[] {3, 1, 0}, engine().rowNorms(w, 0, 1));
    assertVector(new double[] {4, 0, 2}, engine().rowNorms(w, 1, 2));
  }

  @Test
  void rowsWithoutActivationsDecodeToZero() {
    Codes none = codes(new double[][] {{-1, 0}, {-1, -2}});
    assertEquals(0, none.activations());
    Tensor w = tensor(new double[][] {{1, 2}, {3, 4}});
    assertTensor(new double[][] {{0, 0}, {0, 0}}, engine().decode(none, w));
    Tensor out = tensor(new double[][] {{7, 7}, {7, 7}});
    engine().accumulate(none, w, out, false);
    assertTensor(new double[][] {{0, 0}, {0, 0}}, out);
    assertVector(new double[] {0, 0}, engine().latentSums(none));
  }

  @Test
  void projectsAndNormalisesRowsByHand() {
    Tensor gradient = tensor(new double[][] {{1, 1}, {2, 1}, {3, 4}});
    engine().projectRows(gradient, tensor(new double[][] {{1, 0}, {.6, .8}, {0, 1}}));
    // (2, 1)·(.6, .8) = 2
    assertTensor(new double[][] {{0, 1}, {.8, -.6}, {3, 0}}, gradient);
    Tensor w = tensor(new double[][] {{3, 4}, {0, 0}, {0, -2}});
    engine().normaliseRows(w);
    assertTensor(new double[][] {{.6, .8}, {0, 0}, {0, -1}}, w);
    Tensor tiny = tensor(new double[][] {{3e-9, 4e-9}, {0, -1e-15}});
    engine().normaliseRows(tiny);
    assertTensor(new double[][] {{.6, .8}, {0, -1}}, tiny);
  }

  @Test
  void limitsTheNormsOfRowsByHand() {
    Tensor w = tensor(new double[][] {{3, 4}, {0, 0}, {0, -2}, {.1, .3}});
    engine().limitRowNorms(w, 2);
    assertTensor(new double[][] {{1.2, 1.6}, {0, 0}, {0, -2}, {.1, .3}}, w);
    double[][] limited = rows(w);
    for (double[] kept : new double[][] {{1, 0, 0}, {2, 0, -2}, {3, .1, .3}}) {
      double[] row = limited[(int) kept[0]];
      assertArrayEquals(
          new double[] {rounded(kept[1]), rounded(kept[2])}, row, "rows within the limit stay");
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 5", "300, 97", "1030, 3"})
  void rowOperationsAgreeWithPlainLoops(int rows, int width) {
    Random random = new Random(rows * 11L + width);
    double[][] w = gaussian(random, rows, width);
    double[][] g = gaussian(random, rows, width);
    double[] v = gaussian(random, rows);
    double scale = Math.sqrt((double) rows);
    assertTensor(new double[][] {PlainLoops.columnSums(w)}, engine().columnSums(tensor(w)), scale);
    assertTensor(
        PlainLoops.product(new double[][] {v}, w),
        engine().combineRows(vector(v), tensor(w)),
        scale);
    for (int[] range : new int[][] {{0, width}, {0, width / 2 + 1}, {width / 2, width}}) {
      double[] norms = new double[rows];
      for (int i = 0; i < rows; i++) {
        norms[i] = Math.sqrt(PlainLoops.squares(Arrays.copyOfRange(w[i], range[0], range[1])));
      }
      assertVector(norms, engine().rowNorms(tensor(w), range[0], range[1]));
    }
    Tensor unit = tensor(w);
    engine().normaliseRows(unit);
    assertTensor(PlainLoops.normalised(w), unit);
    Tensor gradient = tensor(g);
    engine().projectRows(gradient, unit);
    assertTensor(PlainLoops.projected(g, rows(unit)), gradient);
    double largest = Math.sqrt((double) width);
    double[][] limited = new double[rows][];
    for (int i = 0; i < rows; i++) {
      double factor = Math.min(1, largest / Math.sqrt(PlainLoops.squares(w[i])));
      limited[i] = Arrays.stream(w[i]).map(value -> factor * value).toArray();
    }
    Tensor changed = tensor(w);
    engine().limitRowNorms(changed, largest);
    assertTensor(limited, changed);
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
    double[] bEnc = gaussian(random, nLatents);
    double[][] y = gaussian(random, rows, nIn);
    Tensor encoder = tensor(PlainLoops.transpose(wEnc));

    double[][] pre = PlainLoops.affine(x, wEnc, bEnc);
    assertTensor(pre, engine().affine(tensor(x), encoder, vector(bEnc)));
    Codes codes =
        engine()
            .encode(
                tensor(x),
                encoder,
                vector(bEnc),
                List.of(new Selection.TopK(k), new Selection.Positive()))
            .get(0);
    double[][] f = PlainLoops.topK(pre, k);
    assertCodes(f, codes);
    assertTensor(PlainLoops.product(f, wDec), engine().decode(codes, tensor(wDec)));
    double[][] full = PlainLoops.product(y, PlainLoops.transpose(wDec));
    assertCodes(
        PlainLoops.whereNonZero(full, f), engine().sampledProduct(tensor(y), tensor(wDec), codes));
    Tensor out = zeros(nLatents, nIn);
    engine().accumulate(codes, tensor(y), out, false);
    assertTensor(PlainLoops.product(PlainLoops.transpose(f), y), out);
    assertTensor(
        new double[][] {PlainLoops.columnSums(f)},
        engine().latentSums(codes),
        Math.sqrt((double) rows));

    double[] bias = gaussian(random, nIn);
    double[] weights = gaussian(random, nLatents);
    assertResidual(codes, f, wDec, null, y, null);
    assertResidual(codes, f, wDec, bias, y, weights);
  }

  private void assertResidual(
      Codes codes, double[][] f, double[][] wDec, double[] bias, double[][] y, double[] weights) {
    Residual residual =
        engine()
            .residual(
                codes,
                tensor(wDec),
                bias == null ? null : vector(bias),
                tensor(y),
                weights == null ? null : vector(weights));
    double[][] decoded =
        bias == null ? PlainLoops.product(f, wDec) : PlainLoops.affine(f, wDec, bias);
    double[][] error = PlainLoops.minus(decoded, y);
    assertTensor(error, residual.error());
    double[][] products =
        weights == null
            ? PlainLoops.product(error, PlainLoops.transpose(wDec))
            : PlainLoops.affine(error, PlainLoops.transpose(wDec), weights);
    // sums of errors that are themselves long sums: the error scales with the largest
    double scale = 0;
    for (double[] row : products) {
      scale = Math.max(scale, Arrays.stream(row).map(Math::abs).max().getAsDouble());
    }
    assertTensor(PlainLoops.whereNonZero(products, f), engine().matrix(residual.products()), scale);
    assertEquals(codes.activations(), residual.products().activations());
    double squares = PlainLoops.squares(error);
    assertEquals(squares, residual.squares().get(), tolerance() * (1 + squares));
  }

  @ParameterizedTest
  @CsvSource({"3, 5, 17", "70, 19, 97"})
  void codesOfAllLatentsAgreeWithPlainLoops(int rows, int width, int nLatents) {
    Random random = new Random(rows + width);
    double[][] f = gaussian(random, rows, nLatents);
    double[][] w = gaussian(random, nLatents, width);
    double[][] y = gaussian(random, rows, width);
    Codes codes = engine().everyEntry(tensor(f));
    double scale = Math.sqrt((double) Math.max(rows, nLatents));
    assertTensor(PlainLoops.product(f, w), engine().decode(codes, tensor(w)), scale);
    Tensor out = engine().undefined(nLatents, width, vector(0));
    engine().accumulate(codes, tensor(y), out, false);
    assertTensor(PlainLoops.product(PlainLoops.transpose(f), y), out, scale);
    assertTensor(
        PlainLoops.product(y, PlainLoops.transpose(w)),
        engine().matrix(engine().sampledProduct(tensor(y), tensor(w), codes)),
        scale);
    assertTensor(new double[][] {PlainLoops.columnSums(f)}, engine().latentSums(codes), scale);
    assertResidual(codes, f, w, gaussian(random, width), y, gaussian(random, nLatents));
  }

  /** A promise may let an engine multiply a copy; a later release ends it. */
  @Test
  void aFrozenEncoderMayChangeAgainOnceReleased() {
    Random random = new Random(12);
    double[][] x = gaussian(random, 70, 19);
    double[][] wEnc = gaussian(random, 19, 130);
    double[] bias = gaussian(random, 130);
    Tensor rows = tensor(x);
    Tensor encoder = tensor(PlainLoops.transpose(wEnc));
    Tensor bEnc = vector(bias);
    Tensor before = engine().affine(rows, encoder, bEnc);
    engine().freeze(encoder);
    for (int i = 0; i < 2; i++) {
      Bits.assertSame(before, engine().affine(rows, encoder, bEnc), "frozen");
      assertCodes(
          PlainLoops.topK(rows(before), 7),
          engine().encode(rows, encoder, bEnc, List.of(new Selection.TopK(7))).get(0));
    }
    engine().release();
    engine().scale(encoder, -2);
    double[][] changed =
        Arrays.stream(wEnc)
            .map(row -> Arrays.stream(row).map(value -> -2 * value).toArray())
            .toArray(double[][]::new);
    assertTensor(PlainLoops.affine(x, changed, bias), engine().affine(rows, encoder, bEnc));
  }

  @Test
  void pullsToThresholdsByHand() {
    Tensor pre = tensor(new double[][] {{1, 5, -2}, {3, 0, 9}, {2, 1, 2}});
    Tensor thresholds = vector(2, 7, 1);
    BitSet some = new BitSet();
    some.set(0);
    some.set(2);
    Codes selected = engine().select(pre, new Selection.Above(new double[] {0, 0, 0}));
    ThresholdPull pull =
        engine()
            .pullToThresholds(selected, engine().columnSums(pre), thresholds, Latents.of(some), .5);
    // latent 0: 2 − 1; latent 2: 1 + 2
    assertEquals(1 + 3, pull.sum().get(), 10 * tolerance());
    // an equal pre-activation is not above
    assertVector(new double[] {1, 0, .5}, pull.toThresholds());
    assertCodes(new double[][] {{0, 0, 0}, {.5, 0, .5}, {0, 0, .5}}, pull.above());
    assertEquals(3, pull.above().activations());
    assertCodes(new double[][] {{1, 5, 0}, {3, 0, 9}, {2, 1, 2}}, selected);
    ThresholdPull none =
        engine()
            .pullToThresholds(
                selected, engine().columnSums(pre), thresholds, Latents.of(new BitSet()), .5);
    assertEquals(0, none.sum().get());
    assertVector(new double[3], none.toThresholds());
    assertEquals(0, none.above().activations());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 19", "300, 97"})
  void pullsAgreeWithPlainLoops(int rows, int nLatents) {
    Random random = new Random(rows + nLatents);
    double[][] pre = gaussian(random, rows, nLatents);
    double[] thresholds = gaussian(random, nLatents);
    BitSet some = new BitSet();
    for (int l = 0; l < nLatents; l += 2) {
      some.set(l);
    }
    double[] toThresholds = new double[nLatents];
    double[][] above = new double[rows][nLatents];
    double sum = 0;
    double magnitudes = 0;
    for (int i = 0; i < rows; i++) {
      for (int l = 0; l < nLatents; l += 2) {
        boolean exceeds = pre[i][l] > thresholds[l];
        sum += exceeds ? 0 : thresholds[l] - pre[i][l];
        magnitudes += Math.abs(thresholds[l]) + Math.abs(pre[i][l]);
        toThresholds[l] += exceeds ? 0 : .25;
        above[i][l] = exceeds ? .25 : 0;
      }
    }
    Tensor ofPre = tensor(pre);
    Tensor theta = vector(thresholds);
    Codes selected = engine().select(ofPre, new Selection.Above(theta, .5));
    ThresholdPull pull =
        engine()
            .pullToThresholds(selected, engine().columnSums(ofPre), theta, Latents.of(some), .25);
    assertEquals(sum, pull.sum().get(), tolerance() * (1 + magnitudes));
    assertVector(toThresholds, pull.toThresholds());
    assertExactly(above, engine().matrix(pull.above()));
  }
}
