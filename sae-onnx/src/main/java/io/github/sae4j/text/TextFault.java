package io.github.sae4j.text;

/** Faults that a text may have. None of them stops a harvest. */
public enum TextFault {
  /** A JSON object without the field that holds the text: skipped. */
  NO_FIELD(true, "without the field"),
  /** The field is null: skipped. */
  NULL(true, "null"),
  /** Only whitespace: skipped. */
  EMPTY(true, "empty"),
  /** A line or an array's element that is not JSON: skipped. */
  NOT_JSON(true, "not JSON"),
  /** A number, a list or the like in place of a text: skipped. */
  NOT_TEXT(true, "neither an object nor a string"),
  /** An object whose text, id or concepts have the wrong type: skipped. */
  WRONG_FIELD(true, "with a field of the wrong type"),
  /** More than {@link TextLines#MOST_BYTES} bytes: skipped. */
  TOO_LONG(true, "longer than 16 MiB"),
  /** Bytes that are not UTF-8, which became U+FFFD. */
  NOT_UTF8(false, "with bytes that are not UTF-8, which became U+FFFD"),
  /** Lone surrogates or NULs, which became U+FFFD. */
  NOT_UNICODE(false, "with lone surrogates or NULs, which became U+FFFD"),
  /** The tokenizer yields no token that is kept, so the text has no row. */
  NO_TOKEN(false, "without tokens, and therefore without rows");

  private final boolean passesOver;
  private final String words;

  TextFault(boolean passesOver, String words) {
    this.passesOver = passesOver;
    this.words = words;
  }

  /** Whether such a text is skipped. */
  public boolean passesOver() {
    return passesOver;
  }

  /** Whether the file is at fault, in which case messages say where. */
  boolean isOfFile() {
    return this == NOT_JSON || this == NOT_TEXT || this == WRONG_FIELD;
  }

  /** Returns the words that describe it after a number. */
  String words() {
    return words;
  }
}
