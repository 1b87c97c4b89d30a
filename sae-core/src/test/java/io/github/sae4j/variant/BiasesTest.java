package io.github.sae4j.variant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BiasesTest {
  private static INDArray biases() {
    return Nd4j.createFromArray(-4.0, -.5, 0, 3.5); // mean magnitude 2
  }

  @Test
  void allMoveByAShareOfTheMeanMagnitude() {
    INDArray biases = biases();
    Biases.lower(biases, .5);
    assertArrayEquals(new double[] {-5, -1.5, -1, 2.5}, biases.toDoubleVector(), 1e-12);
    biases = biases();
    Biases.lower(biases, -.5);
    assertArrayEquals(new double[] {-3, .5, 1, 4.5}, biases.toDoubleVector(), 1e-12);
  }

  @Test
  void gatesAreNotRaisedAbove0() {
    INDArray biases = biases();
    Biases.lowerGates(biases, .5);
    assertArrayEquals(new double[] {-5, -1.5, -1, 2.5}, biases.toDoubleVector(), 1e-12);
    biases = biases();
    Biases.lowerGates(biases, -.5);
    assertArrayEquals(new double[] {-3, 0, 0, 3.5}, biases.toDoubleVector(), 1e-12);
  }
}
