package io.github.sae4j.text;

import java.util.List;

/**
 * One meaning in WordNet.
 *
 * @param key part of speech and offset in the database, unique
 * @param lemma its first word, with spaces
 * @param lexFile name of its lexicographer file, such as {@code noun.animal}
 * @param lexId tells the meanings of one word in one lexicographer file apart
 * @param gloss definition and examples
 * @param parents keys of its hypernyms and instance hypernyms
 */
record Synset(
    String key, String lemma, String lexFile, int lexId, String gloss, List<String> parents) {

  Synset {
    parents = List.copyOf(parents);
  }

  /** A name that is unique within one database, such as {@code capital.n.08535783}. */
  String id() {
    return lemma.replace(' ', '_') + "." + key;
  }
}
