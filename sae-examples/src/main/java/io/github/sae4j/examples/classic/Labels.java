package io.github.sae4j.examples.classic;

import java.util.Arrays;
import java.util.SplittableRandom;

/** The classes of rows. */
final class Labels {
  private final int[] classes;

  /** Creates labels from the class of each row. */
  Labels(int... classes) {
    this.classes = classes.clone();
  }

  int count() {
    return classes.length;
  }

  int get(int row) {
    return classes[row];
  }

  /** Returns the labels of the given rows, in the given order. */
  Labels select(int[] rows) {
    return new Labels(Arrays.stream(rows).map(row -> classes[row]).toArray());
  }

  /** Returns the numbers from 0 to {@code count - 1} in random order (Fisher and Yates). */
  static int[] order(int count, SplittableRandom random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
