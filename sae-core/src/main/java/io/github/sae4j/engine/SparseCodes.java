package io.github.sae4j.engine;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Codes in compressed-row form: row {@code b} holds the entries {@code rowStarts[b]} (inclusive) to
 * {@code rowStarts[b + 1]} (exclusive), its latents in ascending order. Values are {@code float},
 * or {@code double} for gradient checks. The arrays are shared, not copied: treat them as
 * read-only.
 */
public final class SparseCodes implements Codes {
  private final int nLatents;
  private final int[] rowStarts;
  private final int[] latents;
  private final float[] floats;
  private final double[] doubles;
  private LatentOrder latentOrder; // created on first use

  private SparseCodes(
      int nLatents, int[] rowStarts, int[] latents, float[] floats, double[] doubles) {
    this.nLatents = nLatents;
    this.rowStarts = rowStarts;
    this.latents = latents;
    this.floats = floats;
    this.doubles = doubles;
    int stored = rowStarts[rowStarts.length - 1];
    int values = floats != null ? floats.length : doubles.length;
    if (stored > latents.length || stored > values) {
      throw new IllegalArgumentException(
          "row starts require  " + stored + " entries, got " + Math.min(latents.length, values));
    }
  }

  /** Returns single-precision codes; the arrays may be longer than the number of entries. */
  public static SparseCodes ofFloats(int nLatents, int[] rowStarts, int[] latents, float[] values) {
    return new SparseCodes(nLatents, rowStarts, latents, values, null);
  }

  /** Returns double-precision codes; the arrays may be longer than the number of entries. */
  public static SparseCodes ofDoubles(
      int nLatents, int[] rowStarts, int[] latents, double[] values) {
    return new SparseCodes(nLatents, rowStarts, latents, null, values);
  }

  /** Returns codes at the same positions with other single-precision values. */
  public SparseCodes withFloats(float[] values) {
    SparseCodes same = ofFloats(nLatents, rowStarts, latents, values);
    same.latentOrder = latentOrder;
    return same;
  }

  /** Returns codes at the same positions with other double-precision values. */
  public SparseCodes withDoubles(double[] values) {
    return ofDoubles(nLatents, rowStarts, latents, values);
  }

  /** Returns codes at the same positions whose values are a function of the entry. */
  public SparseCodes map(EntryFunction function) {
    int entries = (int) activations();
    if (floats != null) {
      float[] values = new float[entries];
      for (int i = 0; i < entries; i++) {
        values[i] = (float) function.apply(i, latents[i], floats[i]);
      }
      return withFloats(values);
    }
    double[] values = new double[entries];
    for (int i = 0; i < entries; i++) {
      values[i] = function.apply(i, latents[i], doubles[i]);
    }
    return withDoubles(values);
  }

  /** Returns codes of the same shape with only the wanted entries. */
  public SparseCodes filter(EntryPredicate wanted) {
    int[] keptStarts = new int[rowStarts.length];
    int[] kept = new int[(int) activations()]; // entries
    int n = 0;
    for (int b = 0; b < rows(); b++) {
      for (int i = rowStarts[b]; i < rowStarts[b + 1]; i++) {
        kept[n] = i;
        n += wanted.test(i, latents[i], value(i)) ? 1 : 0;
      }
      keptStarts[b + 1] = n;
    }
    int[] keptLatents = IntStream.range(0, n).map(j -> latents[kept[j]]).toArray();
    if (floats == null) {
      double[] values = IntStream.range(0, n).mapToDouble(j -> doubles[kept[j]]).toArray();
      return ofDoubles(nLatents, keptStarts, keptLatents, values);
    }
    float[] values = new float[n];
    for (int j = 0; j < n; j++) {
      values[j] = floats[kept[j]];
    }
    return ofFloats(nLatents, keptStarts, keptLatents, values);
  }

  /**
   * Merges codes of several ranges of latents.
   *
   * @param parts codes with the same rows and width, in ascending order of latent range
   */
  public static SparseCodes sideBySide(List<SparseCodes> parts) {
    SparseCodes first = parts.get(0);
    int rows = first.rows();
    int entries = parts.stream().mapToInt(part -> (int) part.activations()).sum();
    int[] starts = new int[rows + 1];
    int[] latents = new int[entries];
    float[] floats = first.floats == null ? null : new float[entries];
    double[] doubles = first.floats == null ? new double[entries] : null;
    int n = 0;
    for (int b = 0; b < rows; b++) {
      for (SparseCodes part : parts) {
        int from = part.rowStarts[b];
        int count = part.rowStarts[b + 1] - from;
        System.arraycopy(part.latents, from, latents, n, count);
        if (floats != null) {
          System.arraycopy(part.floats, from, floats, n, count);
        } else {
          System.arraycopy(part.doubles, from, doubles, n, count);
        }
        n += count;
      }
      starts[b + 1] = n;
    }
    return new SparseCodes(first.nLatents, starts, latents, floats, doubles);
  }

  @Override
  public SparseCodes slice(int from, int to) {
    Objects.checkFromToIndex(from, to, nLatents);
    return filter((i, latent, value) -> latent >= from && latent < to);
  }

  @Override
  public SparseCodes sample(Tensor matrix) {
    double[] values = matrix.toDoubles();
    double[] sampled = new double[(int) activations()];
    for (int b = 0; b < rows(); b++) {
      for (int i = rowStarts[b]; i < rowStarts[b + 1]; i++) {
        sampled[i] = values[b * nLatents + latents[i]];
      }
    }
    return map((i, latent, value) -> sampled[i]);
  }

  /**
   * Returns the entries grouped by latent; shared with codes derived from these at the same
   * positions.
   */
  public LatentOrder latentOrder() {
    if (latentOrder == null) {
      latentOrder = new LatentOrder(nLatents, rowStarts, latents);
    }
    return latentOrder;
  }

  @Override
  public SparseCodes times(double factor) {
    if (floats == null) {
      return map((i, latent, value) -> factor * value);
    }
    float[] values = new float[(int) activations()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) factor * floats[i];
    }
    return withFloats(values);
  }

  @Override
  public SparseCodes times(Codes other) {
    SparseCodes same = (SparseCodes) other;
    return map((i, latent, value) -> value * same.value(i));
  }

  @Override
  public SparseCodes plus(Codes other) {
    SparseCodes same = (SparseCodes) other;
    if (floats == null || same.floats == null) {
      return map((i, latent, value) -> value + same.value(i));
    }
    float[] values = new float[(int) activations()];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i] + same.floats[i];
    }
    return withFloats(values);
  }

  @Override
  public SparseCodes weights(Tensor weights) {
    double[] byLatent = weights.toDoubles();
    return map((i, latent, value) -> byLatent[latent]);
  }

  /** Computes a new value for the entry with index {@code i} in the stored arrays. */
  public interface EntryFunction {
    double apply(int i, int latent, double value);
  }

  /** Decides whether the entry with index {@code i} in the stored arrays is wanted. */
  public interface EntryPredicate {
    boolean test(int i, int latent, double value);
  }

  @Override
  public int rows() {
    return rowStarts.length - 1;
  }

  @Override
  public int nLatents() {
    return nLatents;
  }

  @Override
  public long activations() {
    return rowStarts[rowStarts.length - 1];
  }

  @Override
  public long nonZeros() {
    return values().filter(value -> value != 0).count();
  }

  @Override
  public OptionalDouble smallestPositive() {
    return values().filter(value -> value > 0).min();
  }

  private DoubleStream values() {
    return IntStream.range(0, (int) activations()).mapToDouble(this::value);
  }

  @Override
  public BitSet fired() {
    BitSet fired = new BitSet(nLatents);
    int entries = (int) activations();
    for (int i = 0; i < entries; i++) {
      if (value(i) != 0) {
        fired.set(latents[i]);
      }
    }
    return fired;
  }

  /** Returns the latents that have an entry in any row, even if it is 0. */
  public BitSet present() {
    BitSet present = new BitSet(nLatents);
    int entries = (int) activations();
    for (int i = 0; i < entries; i++) {
      present.set(latents[i]);
    }
    return present;
  }

  /** Returns the start of each row's entries, {@code [rows + 1]}. */
  public int[] rowStarts() {
    return rowStarts;
  }

  /** Returns the latent of each entry. */
  public int[] latents() {
    return latents;
  }

  /** Returns whether values are in double precision. */
  public boolean isDouble() {
    return floats == null;
  }

  /**
   * Returns the value of each entry.
   *
   * @throws IllegalStateException if these codes are in double precision
   */
  public float[] floats() {
    if (floats == null) {
      throw new IllegalStateException("these codes are in double precision");
    }
    return floats;
  }

  /** Returns the value of entry {@code i}, in either precision. */
  public double value(int i) {
    return floats != null ? floats[i] : doubles[i];
  }

  @Override
  public double at(int row, int latent) {
    Objects.checkIndex(latent, nLatents);
    int entry = Arrays.binarySearch(latents, rowStarts[row], rowStarts[row + 1], latent);
    return entry < 0 ? 0 : value(entry);
  }
}
