package io.github.sae4j.apply.compress;

import io.github.sae4j.RowNorm;
import io.github.sae4j.engine.SparseCodes;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** Turns codes of rows into the streams of a block, and into the rows that they will decode to. */
final class BlockEncoder {
  /** Larger multiples are not exact in float32. */
  private static final double MOST_STEPS = 1 << 24;

  private final SaezHeader header;
  private final LatentTable table;
  private final Decoder decoder;
  private final Map<Part, ByteSink> streams = new EnumMap<>(Part.class);

  BlockEncoder(SaezHeader header, LatentTable table, Decoder decoder) {
    this.header = header;
    this.table = table;
    this.decoder = decoder;
  }

  /**
   * Encodes rows.
   *
   * @param codes their codes, without entries that are 0
   * @param x the rows, {@code [rows, nIn]}; replaced by what they will decode to
   * @throws IllegalArgumentException if an activation is not finite or far beyond its scale
   */
  Map<Part, ByteSink> encode(SparseCodes codes, float[] x) {
    streams.clear();
    for (Part part : Part.values()) {
      streams.put(part, new ByteSink());
    }
    Entries entries = quantised(codes);
    float[] norms = header.rowNorm() == RowNorm.NONE ? null : norms(x);
    float[] decoded = new float[x.length];
    new Block(codes.rowStarts(), entries.latents, entries.values, norms, null)
        .decode(decoder, 0, codes.rows(), decoded, 0);
    header.errorBound().ifPresent(bound -> correct(bound, x, decoded));
    System.arraycopy(decoded, 0, x, 0, x.length);
    return streams;
  }

  /** Entries in the order of the file, with the values that they decode to. */
  private static final class Entries {
    final int[] latents;
    final float[] values;

    Entries(int n) {
      latents = new int[n];
      values = new float[n];
    }
  }

  private Entries quantised(SparseCodes codes) {
    int[] starts = codes.rowStarts();
    Entries entries = new Entries(starts[codes.rows()]);
    float[] given = codes.floats();
    float ofBlock = blockScale(given, entries.values.length);
    SignBits signs = new SignBits(streams.get(Part.SIGNS));
    int[] rowScales = new int[codes.rows()];
    for (int row = 0; row < codes.rows(); row++) {
      long[] order = ordered(codes, starts[row], starts[row + 1]);
      float scale = ofBlock;
      if (header.quantisation().scale() == Quantisation.Scale.ROW) {
        scale = Bfloat16.up(largest(given, starts[row], starts[row + 1]));
        rowScales[row] = Bfloat16.bits(scale);
      }
      streams.get(Part.COUNTS).putVarint(order.length);
      int before = -1;
      for (int i = 0; i < order.length; i++) {
        int place = (int) (order[i] >>> 32);
        int entry = starts[row] + i;
        putGap(place - before - 1);
        before = place;
        int latent = table.latentAt(place);
        entries.latents[entry] = latent;
        entries.values[entry] = putValue(given[(int) order[i]], latent, scale, signs);
      }
    }
    signs.end();
    if (header.quantisation().scale() == Quantisation.Scale.ROW) {
      streams.get(Part.SCALES).putPlanes(rowScales, 2);
    }
    return entries;
  }

  /** Returns place and index of a row's entries, by place. */
  private long[] ordered(SparseCodes codes, int from, int to) {
    long[] order = new long[to - from];
    for (int i = from; i < to; i++) {
      order[i - from] = (long) table.placeOf(codes.latents()[i]) << 32 | i;
    }
    Arrays.sort(order);
    return order;
  }

  private float blockScale(float[] values, int n) {
    if (header.quantisation().scale() != Quantisation.Scale.BLOCK) {
      return 0;
    }
    float scale = Bfloat16.up(largest(values, 0, n));
    streams.get(Part.SCALES).putPlanes(new int[] {Bfloat16.bits(scale)}, 2);
    return scale;
  }

  private static float largest(float[] values, int from, int to) {
    float largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return largest;
  }

  private void putGap(int gap) {
    if (gap < 0x80) {
      streams.get(Part.GAPS).put(gap);
    } else {
      streams.get(Part.GAPS).put((gap & 0x7f) | 0x80);
      streams.get(Part.GAPS_HIGH).putVarint(gap >>> 7);
    }
  }

  private float putValue(float value, int latent, float shared, SignBits signs) {
    float scale = table.hasScales() ? table.scale(latent) : shared;
    float step = header.quantisation().step(scale);
    if (!(Math.abs(value) / (double) step < MOST_STEPS)) {
      throw new IllegalArgumentException(
          "latent %d has the activation %s, far beyond its scale %s: use a scale per row or block"
              .formatted(latent, value, scale));
    }
    long multiple = Quantisation.multiple(Math.abs(value), step);
    streams.get(Part.MAGNITUDES).putOrEscape(multiple, streams.get(Part.MAGNITUDES_HIGH));
    signs.add(value < 0);
    float magnitude = Quantisation.magnitude(multiple, step);
    return value < 0 ? -magnitude : magnitude;
  }

  private float[] norms(float[] x) {
    int width = header.nIn();
    float[] norms = new float[2 * (x.length / width)];
    for (int row = 0; row < norms.length / 2; row++) {
      double sum = 0;
      for (int j = row * width; j < (row + 1) * width; j++) {
        sum += x[j];
      }
      double mean = sum / width;
      double squares = 0;
      for (int j = row * width; j < (row + 1) * width; j++) {
        squares += (x[j] - mean) * (x[j] - mean);
      }
      norms[2 * row] = (float) mean;
      norms[2 * row + 1] = (float) Math.sqrt(squares / Math.max(1, width - 1));
    }
    int[] bits = new int[norms.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(norms[i]);
    }
    streams.get(Part.NORMS).putPlanes(bits, 4);
    return norms;
  }

  private void correct(ErrorBound bound, float[] x, float[] decoded) {
    int width = header.nIn();
    Corrections corrections = Corrections.of(bound, x, decoded, width);
    int rows = x.length / width;
    int[] steps = new int[rows];
    for (int row = 0; row < rows; row++) {
      steps[row] = Bfloat16.bits(corrections.step(row));
      float[] verbatim = corrections.verbatim(row);
      for (int j = 0; j < width; j++) {
        if (verbatim == null) {
          int multiple = corrections.multiple(row, j);
          long zigzag = (multiple << 1 ^ multiple >> 31) & 0xffffffffL;
          streams.get(Part.CORRECTIONS).putOrEscape(zigzag, streams.get(Part.CORRECTIONS_HIGH));
        } else {
          streams.get(Part.VERBATIM).putPlanes(new int[] {Float.floatToRawIntBits(verbatim[j])}, 4);
        }
      }
    }
    streams.get(Part.STEPS).putPlanes(steps, 2);
  }
}
