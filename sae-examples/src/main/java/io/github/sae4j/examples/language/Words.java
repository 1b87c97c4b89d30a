package io.github.sae4j.examples.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a text into words, numbers and single punctuation marks, in lower case. */
final class Words {
  private static final Pattern WORD =
      Pattern.compile("\\p{L}+(?:['-]\\p{L}+)*|\\p{N}+|[^\\s\\p{L}\\p{N}]");

  private Words() {}

  /**
   * A word and its position in the text.
   *
   * @param start offset of its first character
   * @param end offset after its last character
   */
  record Word(String word, int start, int end) {}

  static List<Word> of(String text) {
    List<Word> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      String word = matcher.group().toLowerCase(Locale.ROOT);
      words.add(new Word(word, matcher.start(), matcher.end()));
    }
    return words;
  }
}
