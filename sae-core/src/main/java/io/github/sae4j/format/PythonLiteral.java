package io.github.sae4j.format;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Parses the Python literals in a NumPy header as {@code ast.literal_eval} does: strings, integers,
 * True, False, None, and tuples, lists, sets and dictionaries of these, with comments and
 * parentheses. Fractions and complex numbers have no place in a header: the values of fractions are
 * dropped, and sums that form complex numbers are not read.
 *
 * <p>(<a href="https://docs.python.org/3/library/ast.html#ast.literal_eval">ast.literal_eval</a>)
 */
final class PythonLiteral {
  private static final int MOST_CHARACTERS = 100; // most digits of a number
  private static final Pattern INTEGER =
      Pattern.compile("0x(_?[0-9a-f])+|0o(_?[0-7])+|0b(_?[01])+|[1-9](_?[0-9])*|0(_?0)*");
  private static final Pattern FRACTION =
      Pattern.compile("(\\d(_?\\d)*\\.?|(\\d(_?\\d)*)?\\.\\d(_?\\d)*)(e[+-]?\\d(_?\\d)*)?j?");

  private final PythonText text;
  private final boolean hasLongs;

  /** The contents of parentheses, brackets or braces. */
  record Items(boolean isTuple, List<Object> values) {}

  /**
   * A number.
   *
   * @param value its value, unless it is a fraction
   * @param isSigned whether a sign precedes it; there is at most one
   */
  record Numeral(Optional<BigInteger> value, boolean isSigned) {}

  /** Python's None. */
  enum None {
    NONE
  }

  private PythonLiteral(PythonText text, boolean hasLongs) {
    this.text = text;
    this.hasLongs = hasLongs;
  }

  /**
   * Parses the entries of a dictionary; a repeated key keeps its last value. Keys and values are
   * String, Boolean, {@link Numeral}, {@link Items}, {@link PythonString.Bytes}, Map, and {@link
   * None}.
   *
   * @param hasLongs whether an integer may be written as in Python 2, {@code 40L}
   * @throws IllegalArgumentException if the text is something else; the message says what, as a
   *     clause
   */
  static Map<?, ?> dictionary(String text, boolean hasLongs) {
    PythonLiteral literal = new PythonLiteral(new PythonText(text), hasLongs);
    Object value = literal.value();
    if (!literal.text.isAtEnd()) {
      throw new IllegalArgumentException("has trailing content after its dictionary");
    }
    if (!(value instanceof Map<?, ?> entries)) {
      throw new IllegalArgumentException("is not a dictionary");
    }
    return entries;
  }

  private Object value() {
    text.skipSpace();
    if (text.open('{')) {
      return braces();
    }
    if (text.open('(')) {
      return items(')');
    }
    if (text.open('[')) {
      return items(']');
    }
    if (PythonString.isNext(text)) {
      return PythonString.read(text);
    }
    if (text.is('+') || text.is('-')) {
      return signed();
    }
    String word = text.word();
    int begin = text.at();
    text.goTo(begin + word.length());
    return switch (word) {
      case "True" -> true;
      case "False" -> false;
      case "None" -> None.NONE;
      default -> number(word, begin);
    };
  }

  /** Parses a dictionary or a set. */
  private Object braces() {
    Map<Object, Object> entries = new LinkedHashMap<>();
    List<Object> values = new ArrayList<>();
    text.skipSpace();
    while (!text.close('}')) {
      Object first = value();
      text.skipSpace();
      if (text.is(':') ? !values.isEmpty() : !entries.isEmpty()) {
        throw text.lacks(values.isEmpty() ? ':' : ',');
      }
      if (text.take(':')) {
        entries.put(first, value());
      } else {
        values.add(first);
      }
      requireCommaOr('}');
    }
    return values.isEmpty() ? entries : new Items(false, values);
  }

  /** Parses a tuple, a list, or a value in parentheses, which Python treats as the value. */
  private Object items(char end) {
    List<Object> values = new ArrayList<>();
    boolean hasComma = false;
    text.skipSpace();
    while (!text.close(end)) {
      values.add(value());
      hasComma |= requireCommaOr(end);
    }
    boolean isBracketed = end == ')' && values.size() == 1 && !hasComma;
    return isBracketed ? values.get(0) : new Items(end == ')', values);
  }

  /** Skips the comma after a value; the last value needs none. */
  private boolean requireCommaOr(char end) {
    text.skipSpace();
    boolean found = text.take(',');
    if (!found && !text.is(end)) {
      throw text.lacks(end);
    }
    text.skipSpace();
    return found;
  }

  private Numeral signed() {
    boolean isNegative = text.next() == '-';
    if (!(value() instanceof Numeral number) || number.isSigned()) {
      throw new IllegalArgumentException(
          "has a sign before something that is not a number, at character " + text.at());
    }
    Optional<BigInteger> value = number.value();
    return new Numeral(isNegative ? value.map(BigInteger::negate) : value, true);
  }

  private Numeral number(String word, int begin) {
    String digits = word;
    if (hasLongs) {
      digits = word.endsWith("L") ? word.substring(0, word.length() - 1) : word;
      skipLongs();
    }
    digits = digits.toLowerCase(Locale.ROOT);
    boolean isShort = digits.length() <= MOST_CHARACTERS;
    if (isShort && INTEGER.matcher(digits).matches()) {
      String plain = digits.replace("_", "");
      int radix = plain.startsWith("0x") ? 16 : plain.startsWith("0o") ? 8 : 2;
      boolean isDecimal = plain.length() < 2 || Character.isDigit(plain.charAt(1));
      return new Numeral(
          Optional.of(
              isDecimal ? new BigInteger(plain) : new BigInteger(plain.substring(2), radix)),
          false);
    }
    if (isShort && FRACTION.matcher(digits).matches()) {
      return new Numeral(Optional.empty(), false);
    }
    throw new IllegalArgumentException(
        text.isAtEnd() && word.isEmpty()
            ? "ends unexpectedly"
            : "has something other than a literal at character " + begin);
  }

  /** Skips each {@code L} after a number and spaces, which numpy also ignores. */
  private void skipLongs() {
    int end = text.at();
    while (text.skipBlank()) {
      if (text.word().equals("L")) {
        end = text.at() + 1;
        text.goTo(end);
      }
    }
    text.goTo(end);
  }
}
