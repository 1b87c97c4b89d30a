package io.github.sae4j.apply.compress;

/** A bit for each activation of a block, set if it is negative; nothing if none is. */
final class SignBits {
  private final ByteSink out;
  private int bits;
  private int count;
  private boolean any;

  SignBits(ByteSink out) {
    this.out = out;
  }

  void add(boolean negative) {
    any |= negative;
    bits |= (negative ? 1 : 0) << (count & 7);
    if ((++count & 7) == 0) {
      out.put(bits);
      bits = 0;
    }
  }

  void end() {
    if ((count & 7) != 0) {
      out.put(bits);
    }
    if (!any) {
      out.clear();
    }
  }
}
