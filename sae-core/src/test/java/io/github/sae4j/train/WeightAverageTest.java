package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WeightAverageTest {

  @Test
  void byHand() {
    WeightAverage average = average(.5, 2);
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
    WeightAverage average = average(decay, 1);
    double fromZero = 0;
    for (int step = 1; step <= 40; step++) {
      double w = Math.sin(step);
      average.update(row(w), step);
      fromZero = decay * fromZero + (1 - decay) * w;
      double expected = fromZero / (1 - Math.pow(decay, step));
      assertEquals(expected, average.average().getDouble(0), 1e-12);
    }
  }

  /** BatchTopK's θ is a running mean already: one of that mean would lag behind. */
  @Test
  void runningStatesAreTheLatest() {
    ParameterLayout layout = ParameterLayout.of(1, 2, new BatchTopK(1, 0, 0));
    INDArray first = Nd4j.ones(DataType.DOUBLE, 1, layout.count());
    WeightAverage average =
        new WeightAverage(
            .5,
            first,
            flat -> FlatParameters.of(layout, FlatParameters.cut(layout, flat)),
            layout.extras());
    average.update(first, 1);
    average.update(first.mul(4), 2);
    SaeParameters p = FlatParameters.of(layout, FlatParameters.cut(layout, average.average()));
    assertEquals(4, p.get("threshold").getDouble(0));
    assertArrayEquals(new double[] {3, 3}, p.bEnc().toDoubleVector(), 1e-12); // (1·1 + 2·4)/3

    ParameterLayout learnt = ParameterLayout.of(1, 2, new JumpRelu(1));
    INDArray ones = Nd4j.ones(DataType.DOUBLE, 1, learnt.count());
    WeightAverage thresholds =
        new WeightAverage(
            .5,
            ones,
            flat -> FlatParameters.of(learnt, FlatParameters.cut(learnt, flat)),
            learnt.extras());
    thresholds.update(ones, 1);
    thresholds.update(ones.mul(4), 2);
    SaeParameters q = FlatParameters.of(learnt, FlatParameters.cut(learnt, thresholds.average()));
    assertArrayEquals(new double[] {3, 3}, q.get("threshold").toDoubleVector(), 1e-12);
  }

  private static WeightAverage average(double decay, int width) {
    return new WeightAverage(
        decay,
        Nd4j.zeros(DataType.DOUBLE, 1, width),
        flat -> {
          throw new IllegalStateException("these have no parts");
        },
        List.of());
  }

  private static INDArray row(double... values) {
    return Nd4j.createFromArray(values).reshape(1, values.length);
  }
}
