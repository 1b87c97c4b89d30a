package io.github.sae4j.train;

import io.github.sae4j.store.MemorySource;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Rows of which the features are known. */
final class PlantedRows {
  private PlantedRows() {}

  /** Of each feature 0, or in 12 of 100 rows a number between .5 and 1.5. */
  static INDArray codes(int rows, int features) {
    SplittableRandom random = new SplittableRandom(4);
    float[] values = new float[rows * features];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble() < .12 ? (float) (.5 + random.nextDouble()) : 0;
    }
    return Nd4j.createFromArray(values).reshape(rows, features);
  }

  /** A direction of norm 1. */
  static INDArray direction(int width, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    INDArray d =
        Nd4j.createFromArray(random.doubles(width, -1, 1).toArray()).castTo(DataType.FLOAT);
    return d.divi(d.norm2Number());
  }

  static MemorySource source(INDArray rows) {
    return MemorySource.of(rows.dup('c').data().asFloat(), (int) rows.size(1));
  }
}
