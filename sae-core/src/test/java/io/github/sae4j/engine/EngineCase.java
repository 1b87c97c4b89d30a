package io.github.sae4j.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import java.util.Random;
import java.util.stream.IntStream;

/** An engine under test, with helpers for its tests. */
public abstract class EngineCase {

  /** Returns the engine under test. */
  protected abstract Engine engine();

  /** Returns whether tensors are in double precision. */
  protected abstract boolean isDouble();

  /** Returns the allowed difference from the double-precision oracle, relative to 1 + |value|. */
  protected abstract double tolerance();

  /** Returns a tensor of the engine with these rows. */
  protected abstract Tensor tensor(double[][] rows);

  /** Returns a vector of the engine. */
  protected Tensor vector(double... values) {
    return tensor(new double[][] {values});
  }

  protected Tensor zeros(int rows, int width) {
    return tensor(new double[rows][width]);
  }

  /** Returns sparse codes of the positive entries. */
  protected Codes codes(double[][] matrix) {
    return engine().select(tensor(matrix), new Selection.Positive());
  }

  /** Returns sparse codes of all entries that are not 0. */
  protected Codes signedCodes(double[][] matrix) {
    return engine().select(tensor(matrix), new Selection.AbsTopK(matrix[0].length));
  }

  /** Returns a value as the engine stores it. */
  protected double rounded(double value) {
    return isDouble() ? value : (float) value;
  }

  /** Returns the values of a tensor, by row. */
  protected static double[][] rows(Tensor tensor) {
    double[] all = tensor.toDoubles();
    int width = tensor.width();
    double[][] rows = new double[(int) tensor.rows()][width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(all, i * width, rows[i], 0, width);
    }
    return rows;
  }

  /** Returns the values of codes, by row. */
  protected double[][] rows(Codes codes) {
    return rows(engine().matrix(codes));
  }

  /** Returns 1 where sparse codes have an entry and 0 elsewhere. */
  protected double[][] positions(Codes codes) {
    return rows(engine().map(codes, EntryRule.CONSTANT, Inputs.ofConstants(1, 0)));
  }

  /** Returns the latents of a row's entries in sparse codes. */
  protected int[] latentsOf(Codes codes, int row) {
    double[] there = positions(codes)[row];
    return IntStream.range(0, there.length).filter(l -> there[l] == 1).toArray();
  }

  protected void assertTensor(double[][] expected, Tensor actual) {
    assertTensor(expected, actual, 0);
  }

  /**
   * Passes if a tensor has the expected values.
   *
   * @param scale size of the numbers that a value is a sum of
   */
  protected void assertTensor(double[][] expected, Tensor actual, double scale) {
    assertEquals(isDouble(), actual.isDouble(), "precision");
    assertEquals(expected.length, actual.rows(), "rows");
    assertEquals(expected[0].length, actual.width(), "width");
    double[][] values = rows(actual);
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[0].length; j++) {
        double allowed = tolerance() * (1 + Math.max(scale, Math.abs(expected[i][j])));
        assertEquals(expected[i][j], values[i][j], allowed, "at " + i + ", " + j);
      }
    }
  }

  protected void assertVector(double[] expected, Tensor actual) {
    assertTensor(new double[][] {expected}, actual);
  }

  /** Passes if codes have the expected values, and 0 elsewhere. */
  protected void assertCodes(double[][] expected, Codes actual) {
    assertEquals(expected.length, actual.rows(), "rows");
    assertEquals(expected[0].length, actual.nLatents(), "latents");
    assertTensor(expected, engine().matrix(actual));
  }

  /** Passes if a tensor has exactly the expected values, rounded once. */
  protected void assertExactly(double[][] expected, Tensor actual) {
    assertEquals(isDouble(), actual.isDouble(), "precision");
    assertEquals(expected.length, actual.rows(), "rows");
    assertEquals(expected[0].length, actual.width(), "width");
    double[][] values = rows(actual);
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[0].length; j++) {
        assertEquals(rounded(expected[i][j]), values[i][j], "at " + i + ", " + j);
      }
    }
  }

  /** Passes if sparse codes have entries at the same places, with the same bits. */
  protected void assertSameCodes(Codes expected, Codes actual, String where) {
    assertEquals(expected.activations(), actual.activations(), where);
    assertArrayEquals(positions(expected), positions(actual), where);
    Bits.assertSame(engine().matrix(expected), engine().matrix(actual), where);
  }

  /**
   * Passes if a number is what a sum of terms in double precision is.
   *
   * @param magnitudes sum of the terms' magnitudes
   */
  protected static void assertSum(double expected, double magnitudes, Later actual) {
    assertEquals(expected, actual.get(), 1e-12 * (1 + magnitudes));
    assertTrue(actual.isThere(), "the number has been read");
  }

  protected static double[][] gaussian(Random random, int rows, int columns) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) random.nextGaussian();
      }
    }
    return values;
  }

  protected static double[] gaussian(Random random, int length) {
    return gaussian(random, 1, length)[0];
  }
}
