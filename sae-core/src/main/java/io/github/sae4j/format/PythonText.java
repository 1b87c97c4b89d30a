package io.github.sae4j.format;

/**
 * A cursor in a Python expression that skips what is between tokens: spaces, comments, continued
 * lines and, within brackets, line ends.
 */
final class PythonText {
  private static final int MOST_BRACKETS = 200; // Python's limit

  private final String text; // lines end with LF
  private int at;
  private int brackets;

  /**
   * @param text the expression; leading blanks on its first line are ignored
   * @throws IllegalArgumentException if its first line is still indented, or it has a NUL
   */
  PythonText(String text) {
    this.text = text.replace("\r\n", "\n").replace('\r', '\n');
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("has a NUL character");
    }
    while (is(' ') || is('\t')) {
      at++;
    }
    skipLines();
  }

  /** Skips lines without a token, up to the first token. */
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

  /** Whether only blank lines and comments follow. */
  boolean isAtEnd() {
    do {
      skipSpace();
    } while (take('\n'));
    return at == text.length();
  }

  /** Skips whatever is between tokens. */
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

  /** Skips one space, or the end of a continued line. */
  boolean skipBlank() {
    boolean goesOn = is('\\') && at + 2 < text.length() && text.charAt(at + 1) == '\n';
    at += goesOn ? 2 : 0;
    return goesOn || take(' ') || take('\t') || take('\f');
  }

  /** Whether the next character is this one. */
  boolean is(char expected) {
    return at < text.length() && text.charAt(at) == expected;
  }

  /** Skips the next character if it is this one. */
  boolean take(char expected) {
    boolean found = is(expected);
    at += found ? 1 : 0;
    return found;
  }

  /** Skips an opening bracket. */
  boolean open(char bracket) {
    boolean found = take(bracket);
    brackets += found ? 1 : 0;
    if (brackets >= MOST_BRACKETS) {
      throw new IllegalArgumentException("is nested more deeply than Python allows");
    }
    return found;
  }

  /** Skips a closing bracket, if it is next. */
  boolean close(char bracket) {
    boolean found = take(bracket);
    brackets -= found ? 1 : 0;
    return found;
  }

  IllegalArgumentException lacks(char expected) {
    return new IllegalArgumentException("lacks a '%c' at character %d".formatted(expected, at));
  }

  /** Returns the next character and skips it. */
  char next() {
    if (at == text.length()) {
      throw new IllegalArgumentException("ends unexpectedly");
    }
    return text.charAt(at++);
  }

  /** Returns the characters that follow and belong to a name or number. */
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

  /** Whether the text continues with this. */
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
