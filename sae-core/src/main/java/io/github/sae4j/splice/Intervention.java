package io.github.sae4j.splice;

import io.github.sae4j.SparseAutoencoder;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Something that is put in the place of a layer's activations. Used from one thread at a time. */
public interface Intervention {

  /** For tables. */
  String name();

  /** Width of the rows that it replaces; 0 if it takes any. */
  default int width() {
    return 0;
  }

  /**
   * Changes activations in place.
   *
   * @param rows {@code [count, width]}, row after row from the array's start
   */
  void apply(float[] rows, int count);

  /** Nothing but zeros. */
  static Intervention zero() {
    return of("zero", (rows, count) -> Arrays.fill(rows, 0));
  }

  /** The same row everywhere: what the layer says on average. */
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
   * What a dictionary reconstructs.
   *
   * @throws IllegalArgumentException if it reconstructs something else than it reads
   */
  static Intervention reconstruction(String name, SparseAutoencoder sae) {
    if (sae.parameters().form().isTranscoder()) {
      throw new IllegalArgumentException(
          name + " is a transcoder: what it puts out has no place where it reads");
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

  /** An intervention by its function, on rows of any width. */
  static Intervention of(String name, Change change) {
    return of(name, 0, change);
  }

  /**
   * An intervention by its function.
   *
   * @param width values of a row; 0 for any
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

  /** What {@link #apply} does. */
  @FunctionalInterface
  interface Change {
    void apply(float[] rows, int count);
  }
}
