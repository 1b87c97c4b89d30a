package io.github.sae4j.text;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names for synsets that people read well: {@code capital (noun.location)}. Where several synsets
 * would share a name, all but the first get a number: {@code capital 2 (noun.location)}.
 */
final class ConceptNames {
  private static final Comparator<Synset> SENSE_ORDER =
      Comparator.comparingInt(Synset::lexId).thenComparing(Synset::key);

  private ConceptNames() {}

  /** For each synset's key its name, unique. */
  static Map<String, String> of(List<Synset> synsets) {
    Map<String, String> names = new HashMap<>();
    Map<String, Integer> uses = new HashMap<>();
    for (Synset synset : synsets.stream().sorted(SENSE_ORDER).toList()) {
      int sense = uses.merge(name(synset, 1), 1, Integer::sum);
      names.put(synset.key(), name(synset, sense));
    }
    return names;
  }

  private static String name(Synset synset, int sense) {
    return synset.lemma() + (sense == 1 ? "" : " " + sense) + " (" + synset.lexFile() + ")";
  }
}
