package io.github.sae4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OrderedSumsTest {
  private static final int ROWS = 401;
  private static final int WIDTH = 211; // ten parts and a partial one

  private final double[] values = new double[ROWS * WIDTH];

  private INDArray matrix(DataType type) {
    Random random = new Random(3);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() + 5);
    }
    return Nd4j.createFromArray(values).castTo(type).reshape('c', ROWS, WIDTH);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void sumsOverAllNumbers(DataType type) {
    INDArray a = matrix(type);
    double sum = 0;
    double squares = 0;
    for (double value : values) {
      sum += value;
      squares += value * value;
    }
    assertEquals(sum, OrderedSums.sum(a), 1e-12 * sum);
    assertEquals(sum, OrderedSums.magnitudes(a.neg()), 1e-12 * sum);
    assertEquals(squares, OrderedSums.squares(a), 1e-12 * squares);
    assertEquals(-2 * squares, OrderedSums.product(a, a.mul(-2)), 1e-12 * squares);
  }

  /** A difference of large squares would lose precision. */
  @Test
  void distancesOfRowsFarFromZero() {
    INDArray rows = Nd4j.createFromArray(new float[][] {{10001, 3}, {10003, 3}, {10002, 3}});
    INDArray centre = Nd4j.createFromArray(10002f, 3f);
    assertEquals(2, OrderedSums.squaredDistances(rows, centre));
  }

  @Test
  void distancesOfManyRows() {
    INDArray a = matrix(DataType.FLOAT);
    INDArray centre = a.getRow(0).dup();
    double expected = 0;
    for (int i = 0; i < values.length; i++) {
      double d = values[i] - values[i % WIDTH];
      expected += d * d;
    }
    assertEquals(expected, OrderedSums.squaredDistances(a, centre), 1e-12 * expected);
  }

  /** The memory order of the array does not matter. */
  @Test
  void theOrderIsThatOfRows() {
    INDArray a = matrix(DataType.FLOAT);
    assertEquals(OrderedSums.squares(a), OrderedSums.squares(a.dup('f')));
    assertEquals(0, OrderedSums.sum(Nd4j.zeros(DataType.FLOAT, 3)));
  }

  @Test
  void productsOfDifferentLengthsAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> OrderedSums.product(Nd4j.zeros(2), Nd4j.zeros(3)));
  }
}
