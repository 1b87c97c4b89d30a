package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.engine.Tensor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * Codes stored as a matrix on a device. Values computed at the positions of codes are 0 where a
 * latent is not active.
 */
final class MatrixCodes implements Codes {
  private static final int BLOCK = 1 << 20; // values copied to the host at a time

  private final CudaCodeMaths engine;
  private final DeviceTensor matrix;
  private final boolean rectified;
  private final int from;
  private final int to;
  private final long epoch;

  /**
   * @param matrix {@code [rows, nLatents]}
   * @param rectified whether a latent is active only if above 0 (ReLU); otherwise every entry is
   * @param from first latent that may be active
   * @param to end (exclusive) of the latents that may be active; others are 0
   */
  MatrixCodes(CudaCodeMaths engine, DeviceTensor matrix, boolean rectified, int from, int to) {
    this.engine = engine;
    this.matrix = matrix;
    this.rectified = rectified;
    this.from = from;
    this.to = to;
    this.epoch = engine.device.marks.epoch();
  }

  MatrixCodes(CudaCodeMaths engine, DeviceTensor matrix, boolean rectified) {
    this(engine, matrix, rectified, 0, matrix.width());
  }

  boolean isOf(CudaCodeMaths other) {
    return engine == other;
  }

  DeviceTensor matrix() {
    return matrix;
  }

  boolean rectified() {
    return rectified;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  long epoch() {
    return epoch;
  }

  /** Returns the same latents with other values. */
  MatrixCodes with(DeviceTensor values) {
    return new MatrixCodes(engine, values, false, from, to);
  }

  @Override
  public int rows() {
    return Math.toIntExact(matrix.rows());
  }

  @Override
  public int nLatents() {
    return matrix.width();
  }

  @Override
  public long activations() {
    return rectified ? nonZeros() : (long) rows() * (to - from);
  }

  @Override
  public long nonZeros() {
    return (long) engine.nonZeros(this).get();
  }

  @Override
  public OptionalDouble smallestPositive() {
    return CudaCodeMaths.optional(engine.smallestPositive(this));
  }

  @Override
  public BitSet fired() {
    return engine.fired(this);
  }

  @Override
  public double at(int row, int latent) {
    Objects.checkIndex(row, rows());
    Objects.checkIndex(latent, nLatents());
    float[] value = new float[1];
    matrix.read((long) row * nLatents() + latent, value, 0, 1);
    return value[0];
  }

  /** Copies the active codes to the heap. */
  SparseCodes toHost() {
    int rows = rows();
    int width = nLatents();
    int[] starts = new int[rows + 1];
    int[] latents = new int[0];
    float[] values = new float[0];
    int blockRows = Math.max(1, BLOCK / width);
    float[] block = new float[Math.min(blockRows, rows) * width];
    int stored = 0;
    for (int b = 0; b < rows; b++) {
      int at = b % blockRows * width;
      if (at == 0) {
        matrix.read((long) b * width, block, 0, Math.min(blockRows, rows - b) * width);
      }
      if (stored + width > latents.length) {
        int room = Math.max(2 * latents.length, stored + width);
        latents = Arrays.copyOf(latents, room);
        values = Arrays.copyOf(values, room);
      }
      for (int l = from; l < to; l++) {
        if (!rectified || block[at + l] > 0) {
          latents[stored] = l;
          values[stored++] = block[at + l];
        }
      }
      starts[b + 1] = stored;
    }
    return SparseCodes.ofFloats(width, starts, latents, values);
  }

  @Override
  public Codes plus(Codes other) {
    Tensor sum = engine.copy(matrix);
    engine.add(sum, engine.matrix(other));
    return with((DeviceTensor) sum);
  }

  @Override
  public Codes times(double factor) {
    return with((DeviceTensor) engine.scaled(matrix, factor));
  }

  @Override
  public Codes times(Codes other) {
    Tensor product = engine.copy(matrix);
    engine.multiply(product, engine.matrix(other));
    return with((DeviceTensor) product);
  }

  @Override
  public Codes sample(Tensor values) {
    return with(engine.active(this, engine.of(values)));
  }

  @Override
  public Codes weights(Tensor weights) {
    // there is no earlier mean, so the rule takes b
    Inputs inputs = Inputs.ofLatents(engine.zeroVector(nLatents()), weights);
    return engine.map(this, EntryRule.FIRST_OR_MEAN, inputs);
  }

  @Override
  public Codes slice(int first, int end) {
    Objects.checkFromToIndex(first, end, nLatents());
    int begin = Math.max(first, from);
    int stop = Math.max(begin, Math.min(end, to));
    MatrixCodes range = new MatrixCodes(engine, matrix, false, begin, stop);
    return new MatrixCodes(engine, engine.active(range, matrix), rectified, begin, stop);
  }

  /** Neither these codes nor any that share their matrix may be used afterwards. */
  @Override
  public void release() {
    matrix.close();
  }

  @Override
  public String toString() {
    return "codes as a matrix " + matrix;
  }
}
