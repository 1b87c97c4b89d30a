package io.github.sae4j.format;

import java.util.Locale;
import java.util.Set;

/**
 * Parses Python strings: {@code 'a'}, {@code "a"}, triple-quoted, raw ({@code r'a'}) and bytes
 * ({@code b'a'}), each with its own escapes.
 */
final class PythonString {
  private static final Set<String> PREFIXES = Set.of("", "u", "r", "b", "br", "rb");

  /** The contents of {@code b'…'}, which are not a string. */
  record Bytes(String value) {}

  private final PythonText text;
  private final StringBuilder value = new StringBuilder();
  private boolean isRaw;
  private boolean isBytes;

  private PythonString(PythonText text) {
    this.text = text;
  }

  /** Whether a string is next, with any prefix. */
  static boolean isNext(PythonText text) {
    String prefix = text.word();
    return text.startsWith(prefix + '\'') || text.startsWith(prefix + '"');
  }

  /**
   * Parses the next string and any adjacent ones, which Python concatenates.
   *
   * @return a String or {@link Bytes}
   */
  static Object read(PythonText text) {
    PythonString first = new PythonString(text);
    first.readOne();
    for (text.skipSpace(); isNext(text); text.skipSpace()) {
      boolean wereBytes = first.isBytes;
      first.readOne();
      if (first.isBytes != wereBytes) {
        throw new IllegalArgumentException("has a string joined to bytes");
      }
    }
    String value = first.value.toString();
    return first.isBytes ? new Bytes(value) : value;
  }

  private void readOne() {
    String prefix = text.word();
    String lower = prefix.toLowerCase(Locale.ROOT);
    if (!PREFIXES.contains(lower)) {
      throw new IllegalArgumentException("has '" + prefix + "' before a string");
    }
    isRaw = lower.contains("r");
    isBytes = lower.contains("b");
    text.goTo(text.at() + prefix.length());
    String quote = String.valueOf(text.next());
    if (text.startsWith(quote + quote)) {
      text.goTo(text.at() + 2);
      quote = quote.repeat(3);
    }
    while (!text.startsWith(quote)) {
      char c = text.next();
      if ((c == '\n' && quote.length() == 1) || (isBytes && c >= 0x80)) {
        throw new IllegalArgumentException("has an unterminated string");
      }
      if (c == '\\') {
        escaped();
      } else {
        value.append(c);
      }
    }
    text.goTo(text.at() + quote.length());
  }

  /** Parses an escape, after its backslash. */
  private void escaped() {
    char c = text.next();
    if (isRaw) {
      value.append('\\').append(c);
      return;
    }
    switch (c) {
      case '\n' -> {} // the string continues on the next line
      case '\\', '\'', '"' -> value.append(c);
      case 'a' -> value.append('\u0007');
      case 'b' -> value.append('\b');
      case 'f' -> value.append('\f');
      case 'n' -> value.append('\n');
      case 'r' -> value.append('\r');
      case 't' -> value.append('\t');
      case 'v' -> value.append('\u000b');
      case '0', '1', '2', '3', '4', '5', '6', '7' -> value.append((char) octal(c - '0'));
      case 'x' -> value.append((char) hexadecimal(2));
      default -> {
        if (isBytes || "uUN".indexOf(c) < 0) {
          value.append('\\').append(c);
        } else {
          value.appendCodePoint(c == 'N' ? named() : hexadecimal(c == 'u' ? 4 : 8));
        }
      }
    }
  }

  private int octal(int first) {
    int number = first;
    for (int digits = 1; digits < 3; digits++) {
      int place = text.at();
      char c = text.next();
      if (c < '0' || c > '7') {
        text.goTo(place);
        return number;
      }
      number = 8 * number + c - '0';
    }
    return number;
  }

  private int hexadecimal(int digits) {
    long number = 0;
    for (int i = 0; i < digits; i++) {
      char c = text.next();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw new IllegalArgumentException("has an escape without its " + digits + " digits");
      }
      number = 16 * number + digit;
    }
    if (number > Character.MAX_CODE_POINT) {
      throw new IllegalArgumentException("has an escape that is not a character");
    }
    return (int) number;
  }

  /** Returns the character of {@code \N{…}}. */
  private int named() {
    StringBuilder name = new StringBuilder();
    if (text.next() == '{') {
      for (char c = text.next(); c != '}'; c = text.next()) {
        name.append(c);
      }
      try {
        return Character.codePointOf(name.toString());
      } catch (IllegalArgumentException e) {
        name.insert(0, ' ');
      }
    }
    throw new IllegalArgumentException("has an escape that is not a character:" + name);
  }
}
