package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WeightedChoiceTest {

  @Test
  void drawsInProportionToWeights() {
    SplittableRandom random = new SplittableRandom(1);
    int[] counts = new int[3];
    int second = 0;
    for (int i = 0; i < 20_000; i++) {
      int[] two = WeightedChoice.choose(new double[] {1, 3, 6}, 2, random);
      counts[two[0]]++;
      second += two[0] == 2 && two[1] == 1 ? 1 : 0;
    }
    assertEquals(.1, counts[0] / 20_000.0, .01);
    assertEquals(.3, counts[1] / 20_000.0, .015);
    // after the last is gone, the one in the middle comes next in 3 of 4
    assertEquals(.75, second / (double) counts[2], .015);
  }

  @Test
  void neverDrawsTwiceOrWithoutWeight() {
    double[] weights = {0, 2, 0, 1, 5, 0};
    int[] all = WeightedChoice.choose(weights, 6, new SplittableRandom(3));
    Arrays.sort(all);
    assertArrayEquals(new int[] {1, 3, 4}, all);
    assertEquals(0, WeightedChoice.choose(new double[4], 2, new SplittableRandom(3)).length);
  }

  @Test
  void sameSeedSameChoice() {
    double[] weights = {1, 2, 3, 4, 5, 6, 7};
    assertArrayEquals(
        WeightedChoice.choose(weights, 4, new SplittableRandom(9)),
        WeightedChoice.choose(weights, 4, new SplittableRandom(9)));
  }
}
