package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WeightAverageTest {

  @Test
  void byHand() {
    WeightAverage average = new WeightAverage(.5, Nd4j.zeros(DataType.DOUBLE, 1, 2));
    average.update(row(3, 8), 1);
    assertArrayEquals(new double[] {3, 8}, average.average().toDoubleVector());
    // (1·w₁ + 2·w₂)/3, then (1·w₁ + 2·w₂ + 4·w₃)/7
    average.update(row(6, 8), 2);
    assertArrayEquals(new double[] {5, 8}, average.average().toDoubleVector(), 1e-12);
    average.update(row(12, 1), 3);
    assertArrayEquals(new double[] {9, 4}, average.average().toDoubleVector(), 1e-12);
  }

  @Test
  void isTheOneFromZeroWithoutItsBias() {
    double decay = .9;
    WeightAverage average = new WeightAverage(decay, Nd4j.zeros(DataType.DOUBLE, 1, 1));
    double fromZero = 0;
    for (int step = 1; step <= 40; step++) {
      double w = Math.sin(step);
      average.update(row(w), step);
      fromZero = decay * fromZero + (1 - decay) * w;
      double expected = fromZero / (1 - Math.pow(decay, step));
      assertEquals(expected, average.average().getDouble(0), 1e-12);
    }
  }

  private static INDArray row(double... values) {
    return Nd4j.createFromArray(values).reshape(1, values.length);
  }
}
