package io.github.sae4j.onnx;

import io.github.sae4j.store.TextRecord;
import io.github.sae4j.text.TextFault;
import io.github.sae4j.text.TextFaults;
import java.util.List;

/**
 * Makes texts readable for every tokenizer: lone surrogates and NULs become U+FFFD, one character
 * each, so offsets do not change; a byte order mark at the start is dropped. The tokenizer library
 * would treat a text with a lone surrogate as broken bytes and count six characters for each
 * complete pair in it.
 */
final class SoundText {
  private static final char REPLACEMENT = '\uFFFD';

  private SoundText() {}

  /** Returns the record with all its strings made sound; a change to the text itself is counted. */
  static TextRecord of(TextRecord record, TextFaults faults) {
    String id = of(record.id());
    String text = of(record.text());
    if (!text.equals(record.text())) {
      faults.add(TextFault.NOT_UNICODE, id);
    }
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    List<String> concepts = record.concepts().stream().map(SoundText::of).toList();
    return new TextRecord(id, text, concepts);
  }

  /** Returns the string with U+FFFD in place of anything that is not a character. */
  static String of(String text) {
    StringBuilder sound = null;
    for (int i = 0; i < text.length(); i++) {
      if (!isSound(text, i)) {
        sound = sound == null ? new StringBuilder(text) : sound;
        sound.setCharAt(i, REPLACEMENT);
      }
    }
    return sound == null ? text : sound.toString();
  }

  private static boolean isSound(String text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
    return c != 0;
  }

  /** Whether it consists only of whitespace of any kind. */
  static boolean isBlank(String text) {
    return text.codePoints().allMatch(c -> Character.isWhitespace(c) || Character.isSpaceChar(c));
  }
}
