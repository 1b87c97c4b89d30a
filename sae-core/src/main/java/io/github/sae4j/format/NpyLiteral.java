package io.github.sae4j.format;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The literals of Python that a NumPy header is made of: a dictionary with strings for keys, and
 * strings, integers (Python 2 wrote {@code 40L}), True, False, None, tuples and lists as values.
 */
final class NpyLiteral {
  private static final int MOST_DEPTH = 16;

  private final String text;
  private int at;

  /** What round brackets, or square ones, hold. */
  record Items(boolean tuple, List<Object> values) {}

  private NpyLiteral(String text) {
    this.text = text;
  }

  /**
   * The entries of a dictionary in their order: String, BigInteger, Boolean, Items, or null for
   * None.
   *
   * @throws IllegalArgumentException if the text is something else; says what, as a clause
   */
  static Map<String, Object> dictionary(String text) {
    NpyLiteral literal = new NpyLiteral(text);
    literal.skipSpace();
    if (!literal.take('{')) {
      throw new IllegalArgumentException("is not a dictionary");
    }
    Map<String, Object> entries = literal.entries();
    literal.skipSpace();
    if (literal.at < text.length()) {
      throw new IllegalArgumentException("has something behind its dictionary");
    }
    return entries;
  }

  private Map<String, Object> entries() {
    Map<String, Object> entries = new LinkedHashMap<>();
    skipSpace();
    while (!take('}')) {
      if (!(value(0) instanceof String key)) {
        throw new IllegalArgumentException("is not a dictionary with strings for keys");
      }
      skipSpace();
      require(':');
      if (entries.containsKey(key)) {
        throw new IllegalArgumentException("has '" + key + "' more than once");
      }
      entries.put(key, value(0));
      skipSpace();
      if (!take(',')) {
        require('}');
        break;
      }
      skipSpace();
    }
    return entries;
  }

  private Object value(int depth) {
    skipSpace();
    if (depth > MOST_DEPTH) {
      throw new IllegalArgumentException("is nested deeper than an array's");
    }
    if (take('(')) {
      return items(')', depth);
    }
    if (take('[')) {
      return items(']', depth);
    }
    String word = word();
    if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
      return string(word);
    }
    return switch (word) {
      case "True" -> true;
      case "False" -> false;
      case "None" -> null;
      default -> number(word);
    };
  }

  /** A tuple, a list, or a value in brackets, which in Python is the value. */
  private Object items(char end, int depth) {
    List<Object> values = new ArrayList<>();
    boolean comma = false;
    skipSpace();
    while (!take(end)) {
      values.add(value(depth + 1));
      skipSpace();
      if (!take(',')) {
        require(end);
        break;
      }
      comma = true;
      skipSpace();
    }
    boolean bracketed = end == ')' && values.size() == 1 && !comma;
    return bracketed ? values.get(0) : new Items(end == ')', values);
  }

  private String word() {
    int from = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "+-._".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    return text.substring(from, at);
  }

  private String string(String prefix) {
    if (!prefix.matches("[uUbB]?")) {
      throw new IllegalArgumentException("has '" + prefix + "' before a string");
    }
    char quote = text.charAt(at);
    int end = text.indexOf(quote, at + 1);
    if (end < 0) {
      throw new IllegalArgumentException("has a string without an end");
    }
    String value = text.substring(at + 1, end);
    at = end + 1;
    return value;
  }

  private BigInteger number(String word) {
    String digits = word.endsWith("L") ? word.substring(0, word.length() - 1) : word;
    if (!digits.matches("[+-]?\\d{1,40}")) {
      throw new IllegalArgumentException(
          at < text.length() || !word.isEmpty()
              ? "has something that is not a literal at character " + (at - word.length())
              : "ends in the middle");
    }
    return new BigInteger(digits);
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n\f".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean take(char expected) {
    boolean found = at < text.length() && text.charAt(at) == expected;
    at += found ? 1 : 0;
    return found;
  }

  private void require(char expected) {
    if (!take(expected)) {
      throw new IllegalArgumentException("lacks a '" + expected + "' at character " + at);
    }
  }
}
