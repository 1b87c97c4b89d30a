package io.github.sae4j.cuda.engine;

/** A copy in bfloat16 of an encoder, which the steps of Adam on that encoder keep up to date. */
final class HalfCopy {
  private static final int ALIGNMENT = 8; // numbers of a row are a multiple of it: 16 bytes

  private final Held source;
  private final int pitch;
  private final Held copy;
  private boolean current;

  HalfCopy(DeviceTensor encoder, Pool pool) {
    this.source = encoder.held();
    this.pitch = pitch(encoder.width());
    this.copy = pool.keep(encoder.rows() * pitch * Short.BYTES);
    source.copiedBy(this);
  }

  static int pitch(int width) {
    return (width + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  boolean isOf(DeviceTensor encoder) {
    return encoder.held() == source && source.copy() == this;
  }

  int pitch() {
    return pitch;
  }

  Held memory() {
    return copy;
  }

  boolean isCurrent() {
    return current;
  }

  void update() {
    current = true;
  }

  void sourceChanges() {
    current = false;
  }

  void close() {
    copy.close();
  }
}
