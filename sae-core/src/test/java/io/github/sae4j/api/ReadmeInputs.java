package io.github.sae4j.api;

import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.store.MemorySource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** The variables that the programs in README.md assume, under the names they use. */
public class ReadmeInputs {
  private static final int WIDTH = 32;

  /** Rows that are sums of two axes. */
  protected static final float[][] rows = rows(2000, WIDTH);

  /** Such rows, in batches. */
  protected static final DataSetIterator iterator = iterator(20);

  /** Batches with class labels, for a network. */
  protected static final DataSetIterator train = iterator(20);

  protected ReadmeInputs() {}

  private static float[][] rows(int count, int width) {
    Random random = new Random(4);
    float[][] rows = new float[count][width];
    for (float[] row : rows) {
      row[random.nextInt(width)] += 1 + random.nextFloat();
      row[random.nextInt(width)] += 1 + random.nextFloat();
    }
    return rows;
  }

  private static DataSetIterator iterator(int width) {
    float[][] all = rows(1000, width);
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from < all.length; from += 100) {
      INDArray x = Nd4j.createFromArray(Arrays.copyOfRange(all, from, from + 100));
      INDArray labels = Nd4j.zeros(100, 4);
      for (int example = 0; example < 100; example++) {
        labels.putScalar(example, example % 4, 1);
      }
      batches.add(new DataSet(x, labels));
    }
    return new ListDataSetIterator<>(batches, 1);
  }

  /** Writes the file that a program reads. */
  protected static void prepare() throws IOException {
    float[] values = MemorySource.of(rows).toArray();
    new SafetensorsWriter()
        .floats("layer.3", values, rows.length, WIDTH)
        .floats("layer.4", values, rows.length, WIDTH)
        .write(Path.of("activations.safetensors"));
  }
}
