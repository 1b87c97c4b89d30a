package io.github.sae4j.examples.language;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batches of glosses with similar lengths: features and labels are indices, {@code [batch, 1,
 * steps]}, and a mask, {@code [batch, steps]}, marks where a gloss has ended.
 */
final class GlossBatches {
  private GlossBatches() {}

  /** Sorts glosses by length, so that neighbours have similar lengths. */
  static List<Gloss> byLength(List<Gloss> glosses) {
    return glosses.stream().sorted(Comparator.comparingInt(Gloss::steps)).toList();
  }

  /** Returns batches of neighbours, in their order. */
  static DataSetIterator inOrder(List<Gloss> glosses, int batch) {
    return new ListDataSetIterator<>(batches(glosses, batch), 1);
  }

  /** Returns batches of glosses with similar lengths in a random order that depends on the seed. */
  static DataSetIterator inRandomOrder(List<Gloss> glosses, int batch, long seed) {
    Random random = new Random(seed);
    List<Gloss> shuffled = new ArrayList<>(glosses);
    Collections.shuffle(shuffled, random);
    List<DataSet> batches = batches(byLength(shuffled), batch);
    Collections.shuffle(batches, random);
    return new ListDataSetIterator<>(batches, 1);
  }

  private static List<DataSet> batches(List<Gloss> glosses, int batch) {
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from < glosses.size(); from += batch) {
      batches.add(batch(glosses.subList(from, Math.min(from + batch, glosses.size()))));
    }
    return batches;
  }

  private static DataSet batch(List<Gloss> glosses) {
    int rows = glosses.size();
    int steps = glosses.stream().mapToInt(Gloss::steps).max().orElseThrow();
    float[] features = new float[rows * steps];
    float[] labels = new float[rows * steps];
    float[] mask = new float[rows * steps];
    for (int row = 0; row < rows; row++) {
      Gloss gloss = glosses.get(row);
      for (int step = 0; step < gloss.steps(); step++) {
        int place = row * steps + step;
        features[place] = gloss.input(step);
        labels[place] = gloss.target(step);
        mask[place] = 1;
      }
    }
    return new DataSet(
        Nd4j.createFromArray(features).reshape(rows, 1, steps),
        Nd4j.createFromArray(labels).reshape(rows, 1, steps),
        Nd4j.createFromArray(mask).reshape(rows, steps),
        Nd4j.createFromArray(mask).reshape(rows, steps));
  }
}
