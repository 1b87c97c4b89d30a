package io.github.sae4j.format;

/**
 * A place in a Python expression, and what lies between its tokens: spaces, comments, lines that go
 * on and, within brackets, ends of lines.
 */
final class PythonText {
  private static final int MOST_BRACKETS = 200; // Python's

  private final String text; // lines end with LF
  private int at;
  private int brackets;

  /**
   * @param text the expression; blanks before it on its first line are not part of it
   * @throws IllegalArgumentException if its first line is indented all the same, or it has a NUL
   */
  PythonText(String text) {
    this.text = text.replace("\r\n", "\n").replace('\r', '\n');
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("has a NUL");
    }
    while (is(' ') || is('\t')) {
      at++;
    }
    skipLines();
  }

  /** Goes over lines without a token, to the first token. */
  private void skipLines() {
    int from = at;
    boolean isIndented = false;
    for (skipSpace(); is('\n'); skipSpace()) {
      from = ++at;
    }
    for (int i = from; i < at && text.charAt(i) != '\\'; i++) {
      isIndented = text.charAt(i) != '\f';
    }
    if (isIndented && at < text.length()) {
      throw new IllegalArgumentException("has an indented line");
    }
  }

  /** Whether nothing follows but blank lines and comments. */
  boolean isAtEnd() {
    do {
      skipSpace();
    } while (take('\n'));
    return at == text.length();
  }

  /** Goes over what stands between tokens. */
  void skipSpace() {
    while (at < text.length()) {
      if (is('#')) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (!skipBlank() && !(brackets > 0 && take('\n'))) {
        return;
      }
    }
  }

  /** Goes over one space, or the end of a line that goes on. */
  boolean skipBlank() {
    boolean goesOn = is('\\') && at + 2 < text.length() && text.charAt(at + 1) == '\n';
    at += goesOn ? 2 : 0;
    return goesOn || take(' ') || take('\t') || take('\f');
  }

  /** Whether the next character is this one. */
  boolean is(char expected) {
    return at < text.length() && text.charAt(at) == expected;
  }

  /** Goes over the next character if it is this one. */
  boolean take(char expected) {
    boolean found = is(expected);
    at += found ? 1 : 0;
    return found;
  }

  /** Goes over a bracket that opens. */
  boolean open(char bracket) {
    boolean found = take(bracket);
    brackets += found ? 1 : 0;
    if (brackets >= MOST_BRACKETS) {
      throw new IllegalArgumentException("is nested deeper than Python reads");
    }
    return found;
  }

  /** Goes over a bracket that closes, if it is next. */
  boolean close(char bracket) {
    boolean found = take(bracket);
    brackets -= found ? 1 : 0;
    return found;
  }

  IllegalArgumentException lacks(char expected) {
    return new IllegalArgumentException("lacks a '%c' at character %d".formatted(expected, at));
  }

  /** The next character, which is gone over. */
  char next() {
    if (at == text.length()) {
      throw new IllegalArgumentException("ends in the middle");
    }
    return text.charAt(at++);
  }

  /** The characters that follow and are a name's or a number's, as many as there are. */
  String word() {
    int end = at;
    while (end < text.length() && isOfWord(text.charAt(end))) {
      end++;
    }
    return text.substring(at, end);
  }

  private static boolean isOfWord(char c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || c == '.'
        || c >= 0x80;
  }

  /** Whether the text goes on with this. */
  boolean startsWith(String expected) {
    return text.startsWith(expected, at);
  }

  int at() {
    return at;
  }

  void goTo(int place) {
    at = place;
  }
}
