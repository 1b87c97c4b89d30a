package io.github.sae4j.examples.compression;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Transform coding: all principal components as multiples of one step, packed by Zstandard, by
 * component. Components that are weaker than the step become zeros, which cost next to nothing; at
 * small errors no linear method does better.
 */
record TransformCodec(Pca pca, int width, float step, String setting) implements Codec {
  @Override
  public String method() {
    return "PCA, one step, zstd";
  }

  @Override
  public Coded code(float[] rows) {
    long start = System.nanoTime();
    float[] coefficients = pca.project(rows, width);
    byte[] low = new byte[rows.length];
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    for (int i = 0; i < rows.length; i++) {
      int multiple = Math.round(coefficients[i] / step);
      coefficients[i] = multiple * step;
      if (multiple > -128 && multiple < 128) {
        low[i] = (byte) multiple;
      } else {
        low[i] = -128;
        rest.write(multiple);
        rest.write(multiple >> 8);
        rest.write(multiple >> 16);
      }
    }
    byte[] columns = Codec.byColumn(low, width);
    byte[] all = Arrays.copyOf(columns, columns.length + rest.size());
    System.arraycopy(rest.toByteArray(), 0, all, columns.length, rest.size());
    long encoded = System.nanoTime();
    float[] decoded = pca.reconstruct(coefficients, width);
    return new Coded(0, all, decoded, encoded - start, System.nanoTime() - encoded);
  }
}
