package io.github.sae4j.examples.anomaly;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of which some are known to be anomalies.
 *
 * @param name name of the data set
 * @param normal normal rows
 * @param anomalous the others
 */
record LabelledRows(String name, List<float[]> normal, List<float[]> anomalous) {

  LabelledRows {
    if (normal.isEmpty() || anomalous.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has %,d normal and %,d anomalous rows: both are needed"
              .formatted(name, normal.size(), anomalous.size()));
    }
  }

  int width() {
    return normal.get(0).length;
  }

  /** Collects rows one by one. */
  static final class Builder {
    private final List<float[]> normal = new ArrayList<>();
    private final List<float[]> anomalous = new ArrayList<>();

    void add(float[] row, boolean isAnomaly) {
      (isAnomaly ? anomalous : normal).add(row);
    }

    LabelledRows build(String name) {
      return new LabelledRows(name, normal, anomalous);
    }
  }
}
