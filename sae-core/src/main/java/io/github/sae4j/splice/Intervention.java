package io.github.sae4j.splice;

import io.github.sae4j.SparseAutoencoder;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A replacement for a layer's activations. Used from one thread at a time. */
public interface Intervention {

  /** Returns the name used in tables. */
  String name();

  /** Returns the width of the rows it replaces; 0 if it accepts any width. */
  default int width() {
    return 0;
  }

  /**
   * Modifies activations in place.
   *
   * @param rows {@code [count, width]} in row-major order, from the start of the array
   */
  void apply(float[] rows, int count);

  /** Replaces every row with zeros. */
  static Intervention zero() {
    return of("zero", (rows, count) -> Arrays.fill(rows, 0));
  }

  /** Replaces every row with the layer's mean row. */
  static Intervention mean(float[] mean) {
    float[] copy = mean.clone();
    return of(
        "mean",
        copy.length,
        (rows, count) -> {
          for (int row = 0; row < count; row++) {
            System.arraycopy(copy, 0, rows, row * copy.length, copy.length);
          }
        });
  }

  /**
   * Replaces rows with their reconstructions by a dictionary.
   *
   * @throws IllegalArgumentException if the dictionary is a transcoder
   */
  static Intervention reconstruction(String name, SparseAutoencoder sae) {
    if (sae.parameters().form().isTranscoder()) {
      throw new IllegalArgumentException(
          name + " is a transcoder, whose output cannot replace its input");
    }
    return of(
        name,
        sae.nIn(),
        (rows, count) -> {
          float[] exact = Arrays.copyOf(rows, count * sae.nIn());
          try (INDArray batch = sae.batch(exact, count);
              INDArray reconstruction = sae.reconstruct(batch);
              INDArray inOrder = reconstruction.dup('c')) {
            float[] values = inOrder.data().asFloat();
            System.arraycopy(values, 0, rows, 0, values.length);
          }
        });
  }

  /** Returns an intervention given by a function on rows of any width. */
  static Intervention of(String name, Change change) {
    return of(name, 0, change);
  }

  /**
   * Returns an intervention given by a function.
   *
   * @param width number of values per row; 0 for any
   */
  static Intervention of(String name, int width, Change change) {
    return new Intervention() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public int width() {
        return width;
      }

      @Override
      public void apply(float[] rows, int count) {
        change.apply(rows, count);
      }
    };
  }

  /** The function that {@link #apply} calls. */
  @FunctionalInterface
  interface Change {
    void apply(float[] rows, int count);
  }
}
