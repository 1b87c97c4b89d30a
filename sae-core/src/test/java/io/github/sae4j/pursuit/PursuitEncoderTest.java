package io.github.sae4j.pursuit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.HostEngine;
import io.github.sae4j.nd4j.Nd4jEngine;
import io.github.sae4j.nd4j.NdEngine;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PursuitEncoderTest {
  /** Directions at 0, 53.13 and 180 degrees; the second is twice as long. */
  private static final double[][] PLANE = {{1, 0}, {1.2, 1.6}, {-1, 0}};

  /** Every way to search, in every precision. */
  enum Way {
    HOST_GRAM(DataType.FLOAT, false),
    HOST_STEPS(DataType.FLOAT, true),
    ND4J_FLOAT(DataType.FLOAT, true),
    ND4J_DOUBLE(DataType.DOUBLE, true);

    private final DataType type;
    private final boolean stepped;

    Way(DataType type, boolean stepped) {
      this.type = type;
      this.stepped = stepped;
    }

    double tolerance() {
      return type == DataType.DOUBLE ? 1e-10 : 2e-5;
    }

    PursuitEncoder encoder(Pursuit pursuit, double[][] wDec) {
      NdEngine engine = name().startsWith("HOST") ? new HostEngine() : new Nd4jEngine();
      return new PursuitEncoder(pursuit, matrix(wDec), engine, stepped);
    }

    /** Returns the codes as a dense matrix. */
    double[][] encode(Pursuit pursuit, double[][] wDec, double[][] x) {
      return dense(encoder(pursuit, wDec).encode(matrix(x)));
    }

    INDArray matrix(double[][] rows) {
      return Nd4j.createFromArray(rows).castTo(type);
    }
  }

  @ParameterizedTest
  @EnumSource
  void handWorkedMatching(Way way) {
    // r·d = 1, 2.2, -1; then r = (-.32, .24), r·d = -.32, 0, .32; then r = (0, .24), r·d = 0, .192,
    // 0
    double[][] x = {{1, 2}};
    double[][] expected = {{0, 1.1, 0}, {0, 1.1, 0.32}, {0, (2.2 + 0.192) / 2, 0.32}};
    for (int k = 1; k <= 3; k++) {
      double[] codes = way.encode(Pursuit.matching(k), PLANE, x)[0];
      assertArrayEquals(expected[k - 1], codes, way.tolerance());
    }
  }

  @ParameterizedTest
  @EnumSource
  void handWorkedOrthogonal(Way way) {
    // (1, 2) = 2.5·(.6, .8) + .5·(-1, 0)
    double[][] x = {{1, 2}};
    assertArrayEquals(
        new double[] {0, 1.1, 0}, way.encode(Pursuit.orthogonal(1), PLANE, x)[0], way.tolerance());
    assertArrayEquals(
        new double[] {0, 1.25, 0.5},
        way.encode(Pursuit.orthogonal(2), PLANE, x)[0],
        way.tolerance());
  }

  @ParameterizedTest
  @EnumSource
  void signedCodesHaveEitherSign(Way way) {
    // without the third direction, the residual (-.32, .24) points along -d of the first
    double[][] two = Arrays.copyOf(PLANE, 2);
    double[][] x = {{1, 2}, {-1, -2}};
    double[][] matching = way.encode(Pursuit.matching(2).withSigns(), two, x);
    assertArrayEquals(new double[] {-0.32, 1.1}, matching[0], way.tolerance());
    assertArrayEquals(new double[] {0.32, -1.1}, matching[1], way.tolerance());
    double[][] orthogonal = way.encode(Pursuit.orthogonal(2).withSigns(), two, x);
    assertArrayEquals(new double[] {-0.5, 1.25}, orthogonal[0], way.tolerance());
    assertArrayEquals(new double[] {0.5, -1.25}, orthogonal[1], way.tolerance());
    // without signs, one latent is the best the first row can have, and nothing points to the
    // second
    double[][] positive = way.encode(Pursuit.orthogonal(2), two, x);
    assertArrayEquals(new double[] {0, 1.1}, positive[0], way.tolerance());
    assertArrayEquals(new double[] {0, 0}, positive[1]);
  }

  @ParameterizedTest
  @EnumSource
  void orthogonalDictionariesAreRecovered(Way way) {
    double[][] hadamard = new double[8][8];
    for (int i = 0; i < 8; i++) {
      for (int j = 0; j < 8; j++) {
        hadamard[i][j] = (Integer.bitCount(i & j) % 2 == 0 ? 1 : -1) * (i + 1);
      }
    }
    double[][] codes = {{0, 2, 0, 0.5, 0, 0, 1, 0}, {3, 0, 0, 0, 0, 0, 0, 0.25}};
    double[][] x = product(codes, hadamard);
    for (Pursuit.Kind kind : Pursuit.Kind.values()) {
      double[][] found = way.encode(new Pursuit(kind, 5, false), hadamard, x);
      for (int b = 0; b < x.length; b++) {
        assertArrayEquals(codes[b], found[b], way.tolerance());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void errorsFallWithKAndRefittingIsBetter(Way way) {
    double[][] wDec = noise(64, 16, 1);
    double[][] x = noise(40, 16, 2);
    for (boolean signed : new boolean[] {false, true}) {
      double matching = Double.MAX_VALUE;
      double orthogonal = Double.MAX_VALUE;
      for (int k = 1; k <= 8; k++) {
        double byMatching = error(way, new Pursuit(Pursuit.Kind.MATCHING, k, signed), wDec, x);
        double byFitting = error(way, new Pursuit(Pursuit.Kind.ORTHOGONAL, k, signed), wDec, x);
        assertTrue(byMatching < matching, byMatching + " at k = " + k);
        assertTrue(byFitting < orthogonal, byFitting + " at k = " + k);
        assertTrue(byFitting <= byMatching * (1 + 1e-6), byFitting + " against " + byMatching);
        matching = byMatching;
        orthogonal = byFitting;
      }
    }
  }

  private static double error(Way way, Pursuit pursuit, double[][] wDec, double[][] x) {
    double[][] codes = way.encode(pursuit, wDec, x);
    for (double[] row : codes) {
      assertTrue(Arrays.stream(row).filter(f -> f != 0).count() <= pursuit.k());
      assertTrue(pursuit.signed() || Arrays.stream(row).allMatch(f -> f >= 0));
    }
    return squaredError(codes, wDec, x);
  }

  /** A fit is the best one on its support if the error is orthogonal to every direction in it. */
  @ParameterizedTest
  @EnumSource
  void fitIsOptimalOnItsSupport(Way way) {
    double[][] wDec = noise(30, 6, 3);
    for (double[] row : wDec) {
      row[0] += 2; // similar rows, which lets a later latent replace an earlier one
    }
    double[][] x = noise(200, 6, 4);
    double[][] codes = way.encode(Pursuit.orthogonal(6), wDec, x);
    double[][] reconstruction = product(codes, wDec);
    int smaller = 0;
    for (int b = 0; b < x.length; b++) {
      int active = 0;
      boolean gains = false;
      for (int i = 0; i < wDec.length; i++) {
        double along = 0;
        for (int j = 0; j < 6; j++) {
          along += (x[b][j] - reconstruction[b][j]) * wDec[i][j];
        }
        gains |= along > 1e-3;
        if (codes[b][i] > 0) {
          active++;
          assertEquals(0, along, 20 * way.tolerance());
        }
      }
      smaller += active < 6 && gains ? 1 : 0; // fewer than 6, but not because directions ran out
    }
    assertTrue(smaller > 20, "latents left the support in " + smaller + " rows");
  }

  @ParameterizedTest
  @EnumSource(names = "ND4J_DOUBLE", mode = EnumSource.Mode.EXCLUDE)
  void allWaysAgree(Way way) {
    double[][] wDec = noise(300, 24, 5);
    double[][] x = noise(70, 24, 6);
    for (Pursuit.Kind kind : Pursuit.Kind.values()) {
      for (boolean signed : new boolean[] {false, true}) {
        Pursuit pursuit = new Pursuit(kind, 7, signed);
        double[][] expected = Way.ND4J_DOUBLE.encode(pursuit, wDec, x);
        double[][] found = way.encode(pursuit, wDec, x);
        for (int b = 0; b < x.length; b++) {
          assertArrayEquals(expected[b], found[b], 1e-4, pursuit + ", row " + b);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void zerosStayZeros(Way way) {
    double[][] wDec = {{0, 0}, {0, 2}};
    for (Pursuit.Kind kind : Pursuit.Kind.values()) {
      for (boolean signed : new boolean[] {false, true}) {
        PursuitEncoder encoder = way.encoder(new Pursuit(kind, 2, signed), wDec);
        SparseCodes codes = encoder.encode(way.matrix(new double[][] {{0, 0}, {5, 3}, {1, 0}}));
        assertArrayEquals(new int[] {0, 0, 1, 1}, codes.rowStarts());
        assertEquals(1, codes.latents()[0]);
        assertEquals(1.5, codes.value(0), way.tolerance());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void moreStepsThanDimensions(Way way) {
    double[][] wDec = noise(12, 3, 7);
    double[][] x = noise(25, 3, 8);
    double[][] codes = way.encode(Pursuit.orthogonal(50).withSigns(), wDec, x);
    for (double[] row : codes) {
      assertTrue(Arrays.stream(row).filter(f -> f != 0).count() <= 3);
    }
    assertEquals(0, squaredError(codes, wDec, x), 1e-8);
    for (Pursuit pursuit : new Pursuit[] {Pursuit.orthogonal(50), Pursuit.matching(500)}) {
      double[][] positive = way.encode(pursuit, wDec, x);
      assertTrue(Arrays.stream(positive).flatMapToDouble(Arrays::stream).allMatch(f -> f >= 0));
      assertEquals(0, squaredError(positive, wDec, x), 1e-8, pursuit.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HOST_GRAM", "ND4J_DOUBLE"})
  void rowsDoNotDependOnTheirBatch(Way way) {
    double[][] wDec = noise(20, 5, 9);
    double[][] x = noise(1100, 5, 10);
    double[][] whole = way.encode(Pursuit.orthogonal(3), wDec, x);
    double[][] last = way.encode(Pursuit.orthogonal(3), wDec, Arrays.copyOfRange(x, 1090, 1100));
    for (int b = 0; b < last.length; b++) {
      assertArrayEquals(whole[1090 + b], last[b], way.tolerance());
    }
  }

  @Test
  void invalidArgumentsThrow() {
    assertThrows(IllegalArgumentException.class, () -> Pursuit.matching(0));
    double[][] broken = {{1, 0}, {0, Double.NaN}};
    String weight =
        assertThrows(
                IllegalArgumentException.class,
                () -> Way.HOST_GRAM.encoder(Pursuit.matching(1), broken))
            .getMessage();
    assertTrue(weight.contains("latent 1"), weight);
    PursuitEncoder encoder = Way.HOST_GRAM.encoder(Pursuit.matching(1), PLANE);
    String row =
        assertThrows(ArithmeticException.class, () -> encoder.encode(Way.HOST_GRAM.matrix(broken)))
            .getMessage();
    assertTrue(row.contains("row 1"), row);
  }

  private static double[][] dense(SparseCodes codes) {
    double[][] rows = new double[codes.rows()][codes.nLatents()];
    for (int b = 0; b < rows.length; b++) {
      for (int i = codes.rowStarts()[b]; i < codes.rowStarts()[b + 1]; i++) {
        int before = i == codes.rowStarts()[b] ? -1 : codes.latents()[i - 1];
        assertTrue(codes.latents()[i] > before, "latents ascend");
        rows[b][codes.latents()[i]] = codes.value(i);
      }
    }
    return rows;
  }

  private static double squaredError(double[][] codes, double[][] wDec, double[][] x) {
    double[][] reconstruction = product(codes, wDec);
    double sum = 0;
    for (int b = 0; b < x.length; b++) {
      for (int j = 0; j < x[b].length; j++) {
        sum += Math.pow(x[b][j] - reconstruction[b][j], 2);
      }
    }
    return sum;
  }

  private static double[][] product(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int l = 0; l < b.length; l++) {
        for (int j = 0; j < b[0].length; j++) {
          product[i][j] += a[i][l] * b[l][j];
        }
      }
    }
    return product;
  }

  private static double[][] noise(int rows, int width, long seed) {
    Random random = new Random(seed);
    double[][] noise = new double[rows][width];
    for (double[] row : noise) {
      Arrays.setAll(row, j -> (float) random.nextGaussian());
    }
    return noise;
  }
}
