package io.github.sae4j.variant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class JumpReluTest {
  private static final double EXACT = 1e-12;

  private static JumpRelu quadratic(double l0) {
    return new JumpRelu(.5, JumpRelu.Sparsity.QUADRATIC, l0, .01, 0);
  }

  /** At L0*, the quadratic loss has zero slope whatever λ is. */
  @Test
  void scalingTheQuadraticLossMovesItsTarget() {
    assertEquals(quadratic(8), quadratic(16).scaleSparsity(2));
    assertEquals(quadratic(32), quadratic(16).scaleSparsity(.5));
    assertEquals(new JumpRelu(.5), new JumpRelu(.25).scaleSparsity(2));
  }

  private static SaeParameters parameters(double[] thresholds, double[] biases) {
    ParameterLayout layout = ParameterLayout.of(3, 4, new JumpRelu(1));
    INDArray flat = Nd4j.zeros(DataType.DOUBLE, layout.count());
    SaeParameters p = FlatParameters.of(layout, FlatParameters.cut(layout, flat));
    p.get(JumpRelu.THRESHOLD.key()).assign(Nd4j.createFromArray(thresholds));
    p.bEnc().assign(Nd4j.createFromArray(biases));
    return p;
  }

  private static void assertMoved(
      double amount, double[] thresholds, double[] biases, double[] theta, double[] bEnc) {
    SaeParameters p = parameters(thresholds, biases);
    new JumpRelu(1).thresholds().move(p.weights(), amount);
    assertArrayEquals(theta, p.get(JumpRelu.THRESHOLD.key()).toDoubleVector(), EXACT);
    assertArrayEquals(bEnc, p.bEnc().toDoubleVector(), EXACT);
  }

  @Test
  void biasesRiseIfTheyDominateThresholds() {
    double[] low = {.1, .1, .1, .1};
    double[] deep = {-1, -3, -2, -2}; // 2 on average
    assertMoved(
        -.1, low, deep, new double[] {.09, .09, .09, .09}, new double[] {-.8, -2.8, -1.8, -1.8});
    assertMoved(.1, low, deep, new double[] {.11, .11, .11, .11}, deep);
    double[] high = {3, 3, 3, 3};
    assertMoved(-.1, high, deep, new double[] {2.7, 2.7, 2.7, 2.7}, deep);
  }
}
