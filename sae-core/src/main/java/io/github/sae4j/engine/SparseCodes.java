package io.github.sae4j.engine;

import java.util.BitSet;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Codes in compressed-row form: row {@code b} holds the entries {@code rowStarts[b]} (inclusive) to
 * {@code rowStarts[b + 1]} (exclusive), its latents in ascending order. Values are {@code float},
 * or {@code double} where gradients are checked. The arrays are shared, not copied: treat them as
 * read-only.
 */
public final class SparseCodes implements Codes {
  private final int nLatents;
  private final int[] rowStarts;
  private final int[] latents;
  private final float[] floats;
  private final double[] doubles;
  private LatentOrder latentOrder; // made when it is first asked for

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
          "row starts promise " + stored + " entries, got " + Math.min(latents.length, values));
    }
  }

  /** Single-precision codes; the arrays may be longer than the entries they hold. */
  public static SparseCodes ofFloats(int nLatents, int[] rowStarts, int[] latents, float[] values) {
    return new SparseCodes(nLatents, rowStarts, latents, values, null);
  }

  /** Double-precision codes; the arrays may be longer than the entries they hold. */
  public static SparseCodes ofDoubles(
      int nLatents, int[] rowStarts, int[] latents, double[] values) {
    return new SparseCodes(nLatents, rowStarts, latents, null, values);
  }

  /** Codes at the same places with other single-precision values. */
  public SparseCodes withFloats(float[] values) {
    SparseCodes same = ofFloats(nLatents, rowStarts, latents, values);
    same.latentOrder = latentOrder;
    return same;
  }

  /** Codes at the same places with other double-precision values. */
  public SparseCodes withDoubles(double[] values) {
    return ofDoubles(nLatents, rowStarts, latents, values);
  }

  /** One batch of codes after another, as one batch; all of one width, in single precision. */
  static SparseCodes concatenate(List<SparseCodes> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    int rows = parts.stream().mapToInt(SparseCodes::rows).sum();
    int entries = Math.toIntExact(parts.stream().mapToLong(SparseCodes::activations).sum());
    int[] rowStarts = new int[rows + 1];
    int[] latents = new int[entries];
    float[] values = new float[entries];
    int row = 0;
    int at = 0;
    for (SparseCodes part : parts) {
      int stored = (int) part.activations();
      System.arraycopy(part.latents, 0, latents, at, stored);
      System.arraycopy(part.floats(), 0, values, at, stored);
      for (int b = 1; b <= part.rows(); b++) {
        rowStarts[++row] = at + part.rowStarts[b];
      }
      at += stored;
    }
    return ofFloats(parts.get(0).nLatents, rowStarts, latents, values);
  }

  /** Codes at the same places whose values are a function of the entry. */
  public SparseCodes mapEntries(EntryFunction function) {
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

  @Override
  public SparseCodes sample(INDArray matrix) {
    INDArray rowMajor = matrix.dup('c');
    double[] values = rowMajor.data().asDouble();
    double[] sampled = new double[(int) activations()];
    for (int b = 0; b < rows(); b++) {
      for (int i = rowStarts[b]; i < rowStarts[b + 1]; i++) {
        sampled[i] = values[b * nLatents + latents[i]];
      }
    }
    return mapEntries((i, latent, value) -> sampled[i]);
  }

  /** The entries by latent; codes made from these at the same places share it. */
  LatentOrder latentOrder() {
    if (latentOrder == null) {
      latentOrder = new LatentOrder(nLatents, rowStarts, latents);
    }
    return latentOrder;
  }

  @Override
  public SparseCodes times(double factor) {
    if (floats == null) {
      return mapEntries((i, latent, value) -> factor * value);
    }
    float[] values = new float[(int) activations()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) factor * floats[i];
    }
    return withFloats(values);
  }

  @Override
  public SparseCodes plus(Codes other) {
    SparseCodes same = (SparseCodes) other;
    if (floats == null || same.floats == null) {
      return mapEntries((i, latent, value) -> value + same.value(i));
    }
    float[] values = new float[(int) activations()];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i] + same.floats[i];
    }
    return withFloats(values);
  }

  @Override
  public SparseCodes weights(INDArray weights) {
    double[] byLatent = weights.toDoubleVector();
    return mapEntries((i, latent, value) -> byLatent[latent]);
  }

  /** A new value for the entry with index {@code i} in the stored arrays. */
  public interface EntryFunction {
    double apply(int i, int latent, double value);
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
  public BitSet fired() {
    BitSet fired = new BitSet(nLatents);
    int entries = (int) activations();
    for (int i = 0; i < entries; i++) {
      fired.set(latents[i]);
    }
    return fired;
  }

  /** {@code [rows + 1]}: where each row's entries begin. */
  public int[] rowStarts() {
    return rowStarts;
  }

  /** The latent of each entry. */
  public int[] latents() {
    return latents;
  }

  /** FLOAT or DOUBLE. */
  public DataType dataType() {
    return floats != null ? DataType.FLOAT : DataType.DOUBLE;
  }

  /**
   * The value of each entry.
   *
   * @throws IllegalStateException if these codes are in double precision
   */
  public float[] floats() {
    if (floats == null) {
      throw new IllegalStateException("these codes are in double precision");
    }
    return floats;
  }

  /** The value of entry {@code i} in whichever precision it is stored. */
  public double value(int i) {
    return floats != null ? floats[i] : doubles[i];
  }

  @Override
  public INDArray toDense() {
    return floats != null ? denseFloats() : denseDoubles();
  }

  private INDArray denseFloats() {
    float[] dense = new float[Math.multiplyExact(rows(), nLatents)];
    for (int b = 0; b < rows(); b++) {
      for (int i = rowStarts[b]; i < rowStarts[b + 1]; i++) {
        dense[b * nLatents + latents[i]] = floats[i];
      }
    }
    return Nd4j.createFromArray(dense).reshape(rows(), nLatents);
  }

  private INDArray denseDoubles() {
    double[] dense = new double[Math.multiplyExact(rows(), nLatents)];
    for (int b = 0; b < rows(); b++) {
      for (int i = rowStarts[b]; i < rowStarts[b + 1]; i++) {
        dense[b * nLatents + latents[i]] = doubles[i];
      }
    }
    return Nd4j.createFromArray(dense).reshape(rows(), nLatents);
  }
}
