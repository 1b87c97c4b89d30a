package io.github.sae4j.onnx;

/** Converts offsets in code points, which tokenizers use, to UTF-16 offsets. */
final class Utf16Offsets {
  private final String text;
  private final boolean same;
  private int codePoints;
  private int chars;

  Utf16Offsets(String text) {
    this.text = text;
    this.same = text.codePointCount(0, text.length()) == text.length();
  }

  /** Continues from the previous offset, so a series of rising offsets takes linear time. */
  int of(int codePointOffset) {
    if (same) {
      return codePointOffset;
    }
    chars = text.offsetByCodePoints(chars, codePointOffset - codePoints);
    codePoints = codePointOffset;
    return chars;
  }
}
