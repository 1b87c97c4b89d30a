package io.github.sae4j;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.NdCodes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The active latents of one row with their activations; all other latents are 0. Immutable. Two
 * codes are equal if they have the same latents with bit-identical activations.
 */
public final class SparseCode {
  private final int nLatents;
  private final int[] latents; // ascending
  private final float[] values; // none is 0

  /**
   * An active latent.
   *
   * @param latent its index in the dictionary
   * @param value its activation
   */
  public record Activation(int latent, float value) {}

  private SparseCode(int nLatents, int[] latents, float[] values) {
    this.nLatents = nLatents;
    this.latents = latents;
    this.values = values;
  }

  /**
   * Returns the code of one row of a batch.
   *
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public static SparseCode of(Codes codes, int row) {
    Objects.checkIndex(row, codes.rows());
    if (codes instanceof SparseCodes sparse && !sparse.isDouble()) {
      int from = sparse.rowStarts()[row];
      int to = sparse.rowStarts()[row + 1];
      return ofEntries(
          codes.nLatents(),
          Arrays.copyOfRange(sparse.latents(), from, to),
          Arrays.copyOfRange(sparse.floats(), from, to));
    }
    if (codes instanceof SparseCodes sparse) {
      int from = sparse.rowStarts()[row];
      int[] latents = Arrays.copyOfRange(sparse.latents(), from, sparse.rowStarts()[row + 1]);
      float[] values = new float[latents.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) sparse.value(from + i);
      }
      return ofEntries(codes.nLatents(), latents, values);
    }
    float[] dense = NdCodes.matrix(codes).getRow(row).toFloatVector();
    return ofEntries(codes.nLatents(), IntStream.range(0, dense.length).toArray(), dense);
  }

  /** Returns a code without the entries that are 0. */
  private static SparseCode ofEntries(int nLatents, int[] latents, float[] values) {
    int n = 0;
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        latents[n] = latents[i];
        values[n++] = values[i];
      }
    }
    return n == values.length
        ? new SparseCode(nLatents, latents, values)
        : new SparseCode(nLatents, Arrays.copyOf(latents, n), Arrays.copyOf(values, n));
  }

  /** Returns the number of latents in the dictionary. */
  public int nLatents() {
    return nLatents;
  }

  /** Returns the number of active latents, the L0 of the row. */
  public int l0() {
    return latents.length;
  }

  /** Returns a copy of the active latents' indices, in ascending order. */
  public int[] latents() {
    return latents.clone();
  }

  /** Returns a copy of the activations, in the order of {@link #latents}. */
  public float[] values() {
    return values.clone();
  }

  /**
   * Returns the activation of a latent, 0 if it is not active.
   *
   * @throws IndexOutOfBoundsException if the dictionary has no such latent
   */
  public float at(int latent) {
    int found = Arrays.binarySearch(latents, Objects.checkIndex(latent, nLatents));
    return found < 0 ? 0 : values[found];
  }

  /**
   * Returns the strongest latents, strongest first; ties go to the lower index.
   *
   * @param n the maximum number of latents to return; fewer are returned if fewer are active
   * @throws IllegalArgumentException if {@code n} is negative
   */
  public List<Activation> top(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("the number of latents must not be negative, got " + n);
    }
    return IntStream.range(0, latents.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -Math.abs(values[i])))
        .limit(n)
        .map(i -> new Activation(latents[i], values[i]))
        .toList();
  }

  /**
   * Returns a copy of this code with one activation changed: 0 ablates the latent, a large value
   * steers towards it.
   *
   * @throws IndexOutOfBoundsException if the dictionary has no such latent
   * @throws IllegalArgumentException if the value is not finite
   */
  public SparseCode with(int latent, float value) {
    int found = Arrays.binarySearch(latents, Objects.checkIndex(latent, nLatents));
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException("an activation must be finite, got " + value);
    }
    if (found >= 0) {
      float[] changed = values.clone();
      changed[found] = value;
      return ofEntries(nLatents, latents.clone(), changed);
    }
    int at = -found - 1;
    int[] more = Arrays.copyOf(latents, latents.length + 1);
    float[] moreValues = Arrays.copyOf(values, values.length + 1);
    System.arraycopy(latents, at, more, at + 1, latents.length - at);
    System.arraycopy(values, at, moreValues, at + 1, values.length - at);
    more[at] = latent;
    moreValues[at] = value;
    return ofEntries(nLatents, more, moreValues);
  }

  /** Returns all activations, zeros included, {@code [nLatents]}. */
  public float[] toDense() {
    float[] dense = new float[nLatents];
    for (int i = 0; i < latents.length; i++) {
      dense[latents[i]] = values[i];
    }
    return dense;
  }

  /** Returns the codes of a batch, one row per code. */
  static SparseCodes batch(List<SparseCode> codes, int nLatents, DataType type) {
    int[] starts = new int[codes.size() + 1];
    for (int row = 0; row < codes.size(); row++) {
      starts[row + 1] = Math.addExact(starts[row], codes.get(row).l0());
    }
    int[] latents = new int[starts[codes.size()]];
    float[] values = new float[latents.length];
    for (int row = 0; row < codes.size(); row++) {
      SparseCode code = codes.get(row);
      System.arraycopy(code.latents, 0, latents, starts[row], code.l0());
      System.arraycopy(code.values, 0, values, starts[row], code.l0());
    }
    if (type == DataType.FLOAT) {
      return SparseCodes.ofFloats(nLatents, starts, latents, values);
    }
    double[] doubles = IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    return SparseCodes.ofDoubles(nLatents, starts, latents, doubles);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SparseCode code
        && nLatents == code.nLatents
        && Arrays.equals(latents, code.latents)
        && Arrays.equals(values, code.values);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * nLatents + Arrays.hashCode(latents)) + Arrays.hashCode(values);
  }

  /** Formats the active latents and their activations, as in {@code {3: 0.5, 17: 1.25} of 512}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < latents.length; i++) {
      text.append(i == 0 ? "" : ", ").append(latents[i]).append(": ").append(values[i]);
    }
    return text.append("} of ").append(nLatents).toString();
  }
}
