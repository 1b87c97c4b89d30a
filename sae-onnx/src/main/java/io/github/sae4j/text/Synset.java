package io.github.sae4j.text;

import java.util.List;

/**
 * One meaning in WordNet.
 *
 * @param key part of speech and offset in the database, unique
 * @param lemmas its words, with spaces; at least one
 * @param lexFile name of its lexicographer file, such as {@code noun.animal}
 * @param lexId distinguishes the meanings of a word within a lexicographer file
 * @param gloss definition and examples
 * @param parents keys of its hypernyms and instance hypernyms
 */
record Synset(
    String key,
    List<String> lemmas,
    String lexFile,
    int lexId,
    String gloss,
    List<String> parents) {

  Synset {
    lemmas = List.copyOf(lemmas);
    parents = List.copyOf(parents);
  }

  /** Returns a name that is unique within one database, such as {@code capital.n.08535783}. */
  String id() {
    return lemmas.get(0).replace(' ', '_') + "." + key;
  }
}
