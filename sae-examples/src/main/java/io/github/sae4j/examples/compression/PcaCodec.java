package io.github.sae4j.examples.compression;

/** The strongest principal components, each as a scalar of 8 bits. */
final class PcaCodec implements Codec {
  private final Pca pca;
  private final int count;
  private final ScalarCodec scalars;

  PcaCodec(Pca pca, float[] train, int count) {
    this.pca = pca;
    this.count = count;
    this.scalars = new ScalarCodec(pca.project(train, count), count, 8, true);
  }

  @Override
  public String method() {
    return "PCA + int8, zstd";
  }

  @Override
  public String setting() {
    return count + " components";
  }

  @Override
  public Coded code(float[] rows) {
    long start = System.nanoTime();
    float[] coefficients = pca.project(rows, count);
    long projected = System.nanoTime();
    Coded coded = scalars.code(coefficients);
    long decoded = System.nanoTime();
    float[] back = pca.reconstruct(coded.rows(), count);
    return new Coded(
        coded.plain(),
        coded.toPack(),
        back,
        projected - start + coded.encodeNanos(),
        coded.decodeNanos() + System.nanoTime() - decoded);
  }
}
