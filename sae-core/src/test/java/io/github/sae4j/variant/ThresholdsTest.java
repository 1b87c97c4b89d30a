package io.github.sae4j.variant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ThresholdsTest {
  private static INDArray moved(Thresholds thresholds, double amount) {
    ParameterLayout layout = ParameterLayout.of(3, 4, new Gated(1));
    SaeParameters p =
        FlatParameters.of(
            layout, FlatParameters.cut(layout, Nd4j.zeros(DataType.DOUBLE, layout.count())));
    p.bEnc().assign(Nd4j.createFromArray(-4.0, -.5, 0, 3.5)); // mean magnitude 2
    thresholds.move(p.weights(), amount);
    return p.bEnc();
  }

  @Test
  void allMoveByAFractionOfTheMeanMagnitude() {
    INDArray biases = moved(Thresholds.BIASES, .5);
    assertArrayEquals(new double[] {-5, -1.5, -1, 2.5}, biases.toDoubleVector(), 1e-12);
    biases = moved(Thresholds.BIASES, -.5);
    assertArrayEquals(new double[] {-3, .5, 1, 4.5}, biases.toDoubleVector(), 1e-12);
  }

  @Test
  void gatesAreNotRaisedAbove0() {
    INDArray biases = moved(Thresholds.GATES, .5);
    assertArrayEquals(new double[] {-5, -1.5, -1, 2.5}, biases.toDoubleVector(), 1e-12);
    biases = moved(Thresholds.GATES, -.5);
    assertArrayEquals(new double[] {-3, 0, 0, 3.5}, biases.toDoubleVector(), 1e-12);
  }

  @Test
  void variantsWithoutThresholdsHaveNoneToSet() {
    assertFalse(new TopK(1, 0, 0).thresholds().exist());
    assertFalse(new SigmoidKl(.1, 1).thresholds().exist());
    assertFalse(new Bottleneck(Bottleneck.Activation.RELU).thresholds().exist());
    assertThrows(IllegalStateException.class, () -> Thresholds.NONE.set(null, null));
  }
}
