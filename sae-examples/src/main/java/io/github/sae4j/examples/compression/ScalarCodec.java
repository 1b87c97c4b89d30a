package io.github.sae4j.examples.compression;

/**
 * Each dimension by itself: its mean plus multiples of a step, with as many levels as bits allow.
 * The step is the one of several that makes the least error on the rows that it is fitted to, so
 * that outliers may be clipped.
 */
final class ScalarCodec implements Codec {
  private static final double[] SPANS = {2, 2.5, 3, 3.5, 4, 5, 6, 8, 12};

  private final int bits;
  private final boolean zstd;
  private final float[] means;
  private final float[] steps;

  ScalarCodec(float[] train, int width, int bits, boolean zstd) {
    this.bits = bits;
    this.zstd = zstd;
    this.means = new float[width];
    this.steps = new float[width];
    for (int j = 0; j < width; j++) {
      fit(train, width, j);
    }
  }

  private void fit(float[] train, int width, int column) {
    double sum = 0;
    double squares = 0;
    int rows = train.length / width;
    for (int i = column; i < train.length; i += width) {
      sum += train[i];
      squares += (double) train[i] * train[i];
    }
    double mean = sum / rows;
    double deviation = Math.sqrt(Math.max(1e-12, squares / rows - mean * mean));
    means[column] = (float) mean;
    double least = Double.POSITIVE_INFINITY;
    for (double span : SPANS) {
      float step = (float) (2 * span * deviation / ((1 << bits) - 1));
      double error = 0;
      for (int i = column; i < train.length; i += width) {
        double d = train[i] - value(column, multiple(train[i] - means[column], step), step);
        error += d * d;
      }
      if (error < least) {
        least = error;
        steps[column] = step;
      }
    }
  }

  private int multiple(float difference, float step) {
    int half = 1 << (bits - 1);
    return Math.max(-half, Math.min(half - 1, Math.round(difference / step)));
  }

  private float value(int column, int multiple, float step) {
    return means[column] + multiple * step;
  }

  @Override
  public String method() {
    return "int" + bits + (zstd ? ", zstd" : "");
  }

  @Override
  public String setting() {
    return "";
  }

  @Override
  public Coded code(float[] rows) {
    int width = means.length;
    long start = System.nanoTime();
    byte[] multiples = new byte[rows.length];
    for (int i = 0; i < rows.length; i++) {
      int j = i % width;
      multiples[i] = (byte) multiple(rows[i] - means[j], steps[j]);
    }
    byte[] toPack = zstd ? Codec.byColumn(multiples, width) : new byte[0];
    long plain = zstd ? 0 : ((long) rows.length * bits + 7) / 8;
    long encoded = System.nanoTime();
    float[] decoded = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      decoded[i] = value(i % width, multiples[i], steps[i % width]);
    }
    return new Coded(plain, toPack, decoded, encoded - start, System.nanoTime() - encoded);
  }
}
