package io.github.sae4j.onnx;

/** Turns offsets in code points, which tokenizers count in, into UTF-16 offsets. */
final class Utf16Offsets {
  private final String text;
  private final boolean same;
  private int codePoints;
  private int chars;

  Utf16Offsets(String text) {
    this.text = text;
    this.same = text.codePointCount(0, text.length()) == text.length();
  }

  /** Walks on from the offset asked for last, so rising offsets cost linear time in all. */
  int of(int codePointOffset) {
    if (same) {
      return codePointOffset;
    }
    chars = text.offsetByCodePoints(chars, codePointOffset - codePoints);
    codePoints = codePointOffset;
    return chars;
  }
}
