package io.github.sae4j.synthetic;

/** Draws rows of features one at a time: which features fire, and how strongly. Not thread-safe. */
final class RowSampler {
  private final FiringModel model;
  private final RowRandom random = new RowRandom();
  private final int[] active;
  private final float[] magnitudes;
  private int count;

  RowSampler(FiringModel model) {
    this.model = model;
    this.active = new int[model.nFeatures()];
    this.magnitudes = new float[model.nFeatures()];
  }

  /** Draws a row, which the methods below then describe. */
  void draw(long seed, long row) {
    random.start(seed, row);
    int queued = model.roots().draw(random, active);
    count = 0;
    // children of a firing feature join the queue after it
    for (int at = 0; at < queued; at++) {
      int feature = active[at];
      float magnitude = model.magnitude(feature, random);
      if (magnitude > 0) {
        queued = model.drawChildren(feature, random, active, queued);
        active[count] = feature;
        magnitudes[count++] = magnitude;
      }
    }
    sort();
  }

  /** Sorts by insertion: there are few features, most of them already in order. */
  private void sort() {
    for (int i = 1; i < count; i++) {
      int feature = active[i];
      float magnitude = magnitudes[i];
      int place = i;
      while (place > 0 && active[place - 1] > feature) {
        active[place] = active[place - 1];
        magnitudes[place] = magnitudes[place - 1];
        place--;
      }
      active[place] = feature;
      magnitudes[place] = magnitude;
    }
  }

  /** Returns the number of features that fire. */
  int count() {
    return count;
  }

  /** Returns the i-th firing feature, in ascending order. */
  int feature(int i) {
    return active[i];
  }

  float magnitude(int i) {
    return magnitudes[i];
  }

  /** Adds noise to the row just drawn. */
  void addNoise(float std, float[] row, int at, int width) {
    for (int j = at; j < at + width; j++) {
      row[j] += std * (float) random.gaussian();
    }
  }
}
