package io.github.sae4j.nd4j;

import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An engine under test, with helpers for its tests. */
abstract class EngineCase {

  /** Returns the engine under test. */
  protected abstract NdEngine engine();

  /** Returns the data type to test with. */
  protected abstract DataType dataType();

  /** Returns the allowed difference from the double-precision oracle, relative to 1 + |value|. */
  protected abstract double tolerance();

  INDArray matrix(double[][] values) {
    return Nd4j.createFromArray(values).castTo(dataType());
  }

  INDArray vector(double... values) {
    return Nd4j.createFromArray(values).castTo(dataType());
  }

  SparseCodes codes(double[][] dense) {
    return (SparseCodes) engine().select(matrix(dense), new Selection.Positive());
  }

  static int[] latentsOf(SparseCodes codes, int row) {
    return Arrays.copyOfRange(codes.latents(), codes.rowStarts()[row], codes.rowStarts()[row + 1]);
  }

  void assertMatrix(double[][] expected, INDArray actual) {
    assertArrayEquals(new long[] {expected.length, expected[0].length}, actual.shape());
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[0].length; j++) {
        double allowed = tolerance() * (1 + Math.abs(expected[i][j]));
        assertEquals(expected[i][j], actual.getDouble(i, j), allowed, "at " + i + ", " + j);
      }
    }
  }

  static double[][] gaussian(Random random, int rows, int columns) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) random.nextGaussian();
      }
    }
    return values;
  }
}
