package io.github.sae4j.pursuit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CholeskyFactorTest {

  @Test
  void handWorked() {
    // G = [1 .6; .6 1], hence G·(1, 2) = (2.2, 2.6)
    CholeskyFactor factor = new CholeskyFactor(2);
    assertTrue(factor.append(new double[2]));
    assertTrue(factor.append(new double[] {0.6, 0}));
    double[] b = {2.2, 2.6};
    factor.solve(b);
    assertArrayEquals(new double[] {1, 2}, b, 1e-12);
  }

  @Test
  void dependentDirectionIsNotAdded() {
    CholeskyFactor factor = new CholeskyFactor(3);
    factor.append(new double[3]);
    factor.append(new double[] {0, 0, 0});
    assertFalse(factor.append(new double[] {0.6, 0.8, 0}));
    assertEquals(2, factor.size());
  }

  @Test
  void removingUndoesAdding() {
    double[][] gram = {
      {1, 0.5, 0.2, 0.1}, {0.5, 1, 0.3, -0.4}, {0.2, 0.3, 1, 0.25}, {0.1, -0.4, 0.25, 1}
    };
    for (int out = 0; out < 4; out++) {
      CholeskyFactor factor = new CholeskyFactor(4);
      CholeskyFactor without = new CholeskyFactor(4);
      for (int i = 0; i < 4; i++) {
        factor.append(gram[i].clone());
        if (i != out) {
          double[] dots = new double[4];
          for (int j = 0, at = 0; j < i; j++) {
            if (j != out) {
              dots[at++] = gram[i][j];
            }
          }
          without.append(dots);
        }
      }
      factor.remove(out);
      double[] a = {1, -2, 3};
      double[] b = a.clone();
      factor.solve(a);
      without.solve(b);
      assertArrayEquals(b, a, 1e-12);
    }
  }
}
