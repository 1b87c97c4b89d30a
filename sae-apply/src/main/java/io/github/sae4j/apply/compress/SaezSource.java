package io.github.sae4j.apply.compress;

import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.util.Objects;

/** The reconstructed rows of a file. */
final class SaezSource implements ActivationSource {
  private final SaezFile file;
  private final Decoder decoder;

  SaezSource(SaezFile file, Decoder decoder) {
    this.file = file;
    this.decoder = decoder;
  }

  @Override
  public long rows() {
    return file.rows();
  }

  @Override
  public int width() {
    return decoder.nIn();
  }

  @Override
  public String description() {
    return file.path().toString();
  }

  @Override
  public String title() {
    return String.valueOf(file.path().getFileName());
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    Objects.checkFromIndexSize(firstRow, count, rows());
    Objects.checkFromIndexSize(dstOffset, (long) count * width(), dst.length);
    file.each(
        firstRow,
        count,
        (block, from, to, done) ->
            block.decode(decoder, from, to, dst, dstOffset + done * width()));
  }

  @Override
  public void close() {
    file.close();
  }
}
