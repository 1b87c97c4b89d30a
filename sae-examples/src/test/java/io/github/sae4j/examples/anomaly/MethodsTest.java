package io.github.sae4j.examples.anomaly;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each baseline finds rows that break the one rule of the others. */
class MethodsTest {
  private static float[][] rows(int count, boolean rule, long seed) {
    Random random = new Random(seed);
    float[][] rows = new float[count][8];
    for (float[] row : rows) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) (rule ? (j % 2 == 0 ? a : b) : 3 * random.nextGaussian());
      }
    }
    return rows;
  }

  @Test
  void findWhatIsPlain() throws IOException {
    for (Method method : List.of(new PcaMethod(), new CutForest(), new OneClassSvm())) {
      Method.Fitted fitted = method.fit(rows(1000, true, 1), 1);
      double auc =
          new Ranking(fitted.score(rows(200, true, 2)), fitted.score(rows(200, false, 3))).rocAuc();
      assertTrue(auc > 0.95, method.name() + ": " + auc);
    }
  }
}
