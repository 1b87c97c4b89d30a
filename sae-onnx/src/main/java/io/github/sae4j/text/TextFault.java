package io.github.sae4j.text;

/** What may be wrong with a text. None of it stops a harvest. */
public enum TextFault {
  /** A JSON object without the field that holds the text: passed over. */
  NO_FIELD(true, "without the field"),
  /** The field is null: passed over. */
  NULL(true, "null"),
  /** No character but whitespace: passed over. */
  EMPTY(true, "empty"),
  /** A line that is not JSON: passed over. */
  NOT_JSON(true, "not JSON"),
  /** A number, a list or the like where a text should be: passed over. */
  NOT_TEXT(true, "neither an object nor a string"),
  /** An object in which the text, the id or the concepts are of another kind: passed over. */
  WRONG_FIELD(true, "with a field of the wrong kind"),
  /** More than {@link TextLines#MOST_BYTES} bytes: passed over. */
  TOO_LONG(true, "longer than 16 MiB"),
  /** Bytes that are not UTF-8, which became U+FFFD. */
  NOT_UTF8(false, "with bytes that are not UTF-8, which became U+FFFD"),
  /** Halves of surrogate pairs, or NULs, which became U+FFFD. */
  NOT_UNICODE(false, "with lone surrogates or NULs, which became U+FFFD"),
  /** The tokenizer makes no token of it that is kept, so that it has no row. */
  NO_TOKEN(false, "without a token, and so without a row");

  private final boolean passesOver;
  private final String words;

  TextFault(boolean passesOver, String words) {
    this.passesOver = passesOver;
    this.words = words;
  }

  /** Whether such a text is left out. */
  public boolean passesOver() {
    return passesOver;
  }

  /** Whether the file is at fault, so that people want to know where. */
  boolean isOfFile() {
    return this == NOT_JSON || this == NOT_TEXT || this == WRONG_FIELD;
  }

  /** The words for it, after a number. */
  String words() {
    return words;
  }
}
