package io.github.sae4j.train;

import io.github.sae4j.store.MemorySource;
import java.util.Random;

/**
 * Rows that are sparse sums of known unit directions, more of them than dimensions: each feature is
 * active by itself with the same probability and a magnitude from 0.5 to 1.5.
 */
final class SyntheticFeatures {
  private final float[][] directions;
  private final double probability;

  SyntheticFeatures(int features, int width, double probability, long seed) {
    Random random = new Random(seed);
    this.directions = new float[features][width];
    this.probability = probability;
    for (float[] direction : directions) {
      double squares = 0;
      for (int j = 0; j < width; j++) {
        direction[j] = (float) random.nextGaussian();
        squares += (double) direction[j] * direction[j];
      }
      for (int j = 0; j < width; j++) {
        direction[j] /= (float) Math.sqrt(squares);
      }
    }
  }

  float[][] directions() {
    return directions;
  }

  MemorySource rows(int count, long seed) {
    Random random = new Random(seed);
    int width = directions[0].length;
    float[] values = new float[count * width];
    for (int b = 0; b < count; b++) {
      for (float[] direction : directions) {
        if (random.nextDouble() < probability) {
          float magnitude = 0.5f + random.nextFloat();
          for (int j = 0; j < width; j++) {
            values[b * width + j] += magnitude * direction[j];
          }
        }
      }
    }
    return MemorySource.of(values, width);
  }

  /**
   * For each true feature the largest cosine with any decoder row, averaged.
   *
   * @param decoder {@code [latents][width]}
   */
  double meanMaxCosine(float[][] decoder) {
    double sum = 0;
    for (float[] direction : directions) {
      double best = -1;
      for (float[] row : decoder) {
        double dot = 0;
        double squares = 0;
        for (int j = 0; j < row.length; j++) {
          dot += (double) row[j] * direction[j];
          squares += (double) row[j] * row[j];
        }
        best = Math.max(best, dot / Math.sqrt(squares));
      }
      sum += best;
    }
    return sum / directions.length;
  }
}
