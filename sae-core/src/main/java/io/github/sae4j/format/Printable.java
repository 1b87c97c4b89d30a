package io.github.sae4j.format;

import java.util.Locale;

/**
 * Makes untrusted text, such as the name of a file or tensor, safe for messages: characters that
 * would move the cursor, change colours or reverse the writing direction are escaped as in Java,
 * {@code \n} or {@code \u001b}. Everything else is left unchanged, so escaping is idempotent.
 */
public final class Printable {

  private Printable() {}

  /** Returns the text with such characters escaped. */
  public static String escaped(String text) {
    StringBuilder escaped = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isHarmless(text, i)) {
        if (escaped != null) {
          escaped.append(c);
        }
        continue;
      }
      if (escaped == null) {
        escaped = new StringBuilder(text.substring(0, i));
      }
      escaped.append(
          switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format(Locale.ROOT, "\\u%04x", (int) c);
          });
    }
    return escaped == null ? text : escaped.toString();
  }

  private static boolean isHarmless(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
    boolean turns =
        c == '\u061c'
            || c == '\u200e'
            || c == '\u200f'
            || (c >= '\u202a' && c <= '\u202e')
            || (c >= '\u2066' && c <= '\u2069');
    boolean breaks = c == '\u2028' || c == '\u2029' || c == '\ufeff';
    return !Character.isISOControl(c) && !turns && !breaks;
  }
}
