package io.github.sae4j.examples.language;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** For some latents, the rows in which each is most active. */
final class StrongestRows {
  private static final int BATCH = 4096;

  private StrongestRows() {}

  /** A row and the latent's activation in it. */
  static final class Row {
    private final float activation;
    private final float[] values;

    Row(float activation, float[] values) {
      this.activation = activation;
      this.values = values;
    }

    float activation() {
      return activation;
    }

    /** Returns the row, {@code [width]}, not copied. */
    float[] values() {
      return values;
    }
  }

  /**
   * Reads a source once.
   *
   * @param sae an SAE with sparse codes
   * @param most maximum number of rows per latent
   * @return the rows of each latent, in no particular order
   */
  static Map<Integer, List<Row>> of(
      SparseAutoencoder sae, ActivationSource source, List<Integer> latents, int most)
      throws IOException {
    Map<Integer, PriorityQueue<Row>> kept = new HashMap<>();
    for (int latent : latents) {
      kept.put(latent, new PriorityQueue<>(Comparator.comparingDouble(Row::activation)));
    }
    int width = source.width();
    float[] batch = new float[BATCH * width];
    for (long first = 0; first < source.rows(); first += BATCH) {
      int count = (int) Math.min(BATCH, source.rows() - first);
      source.read(first, count, batch, 0);
      float[] exact = Arrays.copyOf(batch, count * width);
      if (!(sae.encode(exact, count) instanceof SparseCodes codes)) {
        throw new IllegalArgumentException(
            "expected a dictionary with sparse codes, found " + sae.variant());
      }
      for (int row = 0; row < count; row++) {
        for (int i = codes.rowStarts()[row]; i < codes.rowStarts()[row + 1]; i++) {
          PriorityQueue<Row> strongest = kept.get(codes.latents()[i]);
          float f = (float) codes.value(i);
          if (strongest != null
              && f > 0
              && (strongest.size() < most || f > strongest.peek().activation())) {
            strongest.add(new Row(f, Arrays.copyOfRange(batch, row * width, (row + 1) * width)));
            if (strongest.size() > most) {
              strongest.remove();
            }
          }
        }
      }
    }
    Map<Integer, List<Row>> rows = new HashMap<>();
    kept.forEach((latent, strongest) -> rows.put(latent, List.copyOf(strongest)));
    return rows;
  }
}
