package io.github.sae4j.examples.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SoftmaxTest {
  /** Returns points in which class c surrounds corner c of a triangle. */
  private static Rows points(Labels labels, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[2 * labels.count()];
    for (int i = 0; i < labels.count(); i++) {
      double angle = 2 * Math.PI * labels.get(i) / 3;
      values[2 * i] = (float) (Math.cos(angle) + random.nextDouble(-.3, .3));
      values[2 * i + 1] = (float) (Math.sin(angle) + random.nextDouble(-.3, .3));
    }
    return new Rows("points", 2, values);
  }

  private static Labels inTurn(int count) {
    int[] classes = new int[count];
    for (int i = 0; i < count; i++) {
      classes[i] = i % 3;
    }
    return new Labels(classes);
  }

  @Test
  void separableClassesAreSeparated() {
    Labels labels = inTurn(150);

    Softmax softmax = new Softmax(points(labels, 1), labels, 3, 1e-4, 200, 1);

    Labels others = inTurn(90);
    assertEquals(1, softmax.accuracy(points(others, 2), others));
    Labels wrong = new Labels(1, 2, 0);
    assertEquals(0, softmax.accuracy(points(inTurn(3), 3), wrong));
  }

  @Test
  void allZeroRowsThrow() {
    Rows black = new Rows("black", 2, new float[4]);

    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> new Softmax(black, new Labels(0, 1), 2, 0, 1, 1));

    assertTrue(refused.getMessage().contains("every value of black is 0"), refused.getMessage());
  }
}
