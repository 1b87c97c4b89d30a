package io.github.sae4j.examples.compression;

import java.util.Arrays;
import java.util.Random;

/**
 * Product quantisation (Jégou, Douze and Schmid 2011, "Product quantization for nearest neighbor
 * search"): each of m pieces of a row becomes the nearest of 256 centroids, found by k-means.
 */
final class ProductCodec implements Codec {
  private static final int CENTROIDS = 256;
  private static final int ROUNDS = 10;

  private final int width;
  private final int pieces;
  private final float[][] centroids; // [pieces][CENTROIDS × width / pieces]

  ProductCodec(float[] train, int width, int pieces, long seed) {
    this.width = width;
    this.pieces = pieces;
    this.centroids = new float[pieces][];
    for (int p = 0; p < pieces; p++) {
      centroids[p] = kMeans(train, p, new Random(31 * seed + p));
    }
  }

  private int size() {
    return width / pieces;
  }

  private float[] kMeans(float[] train, int piece, Random random) {
    int size = size();
    int rows = train.length / width;
    float[] centres = new float[CENTROIDS * size];
    for (int c = 0; c < CENTROIDS; c++) {
      System.arraycopy(train, random.nextInt(rows) * width + piece * size, centres, c * size, size);
    }
    for (int round = 0; round < ROUNDS; round++) {
      double[] sums = new double[centres.length];
      int[] counts = new int[CENTROIDS];
      byte[] nearest = nearest(train, piece, centres);
      for (int row = 0; row < rows; row++) {
        int at = row * width + piece * size;
        int c = nearest[row] & 0xff;
        counts[c]++;
        for (int j = 0; j < size; j++) {
          sums[c * size + j] += train[at + j];
        }
      }
      for (int c = 0; c < CENTROIDS; c++) {
        int from = random.nextInt(rows) * width + piece * size; // for a centroid that has no row
        for (int j = 0; j < size; j++) {
          centres[c * size + j] =
              counts[c] > 0 ? (float) (sums[c * size + j] / counts[c]) : train[from + j];
        }
      }
    }
    return centres;
  }

  /** Returns the nearest centroid of a piece of each row. */
  private byte[] nearest(float[] rows, int piece, float[] centres) {
    int size = size();
    float[][] columns = new float[size][CENTROIDS]; // so that the inner loop runs over centroids
    for (int i = 0; i < centres.length; i++) {
      columns[i % size][i / size] = centres[i];
    }
    byte[] found = new byte[rows.length / width];
    float[] distances = new float[CENTROIDS];
    for (int row = 0; row < found.length; row++) {
      Arrays.fill(distances, 0);
      for (int j = 0; j < size; j++) {
        addSquares(distances, columns[j], rows[row * width + piece * size + j]);
      }
      int best = 0;
      for (int c = 1; c < CENTROIDS; c++) {
        best = distances[c] < distances[best] ? c : best;
      }
      found[row] = (byte) best;
    }
    return found;
  }

  private static void addSquares(float[] distances, float[] column, float value) {
    for (int c = 0; c < CENTROIDS; c++) {
      float d = value - column[c];
      distances[c] += d * d;
    }
  }

  @Override
  public String method() {
    return "product quantisation, zstd";
  }

  @Override
  public String setting() {
    return pieces + " bytes";
  }

  @Override
  public Coded code(float[] rows) {
    int size = size();
    int n = rows.length / width;
    long start = System.nanoTime();
    byte[] columns = new byte[n * pieces];
    for (int p = 0; p < pieces; p++) {
      System.arraycopy(nearest(rows, p, centroids[p]), 0, columns, p * n, n);
    }
    long encoded = System.nanoTime();
    float[] decoded = new float[rows.length];
    for (int row = 0; row < n; row++) {
      for (int p = 0; p < pieces; p++) {
        int from = (columns[p * n + row] & 0xff) * size;
        System.arraycopy(centroids[p], from, decoded, row * width + p * size, size);
      }
    }
    return new Coded(0, columns, decoded, encoded - start, System.nanoTime() - encoded);
  }
}
