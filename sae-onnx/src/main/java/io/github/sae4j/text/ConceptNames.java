package io.github.sae4j.text;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Gives synsets readable names: {@code capital (noun.location)}. If several synsets would share a
 * name, all but the first also get a second word, {@code capital, working capital
 * (noun.possession)}, or, if that does not help, a number: {@code capital 2 (adj.all)}.
 */
final class ConceptNames {
  private static final Comparator<Synset> SENSE_ORDER =
      Comparator.comparingInt(Synset::lexId).thenComparing(Synset::key);

  private ConceptNames() {}

  /** Returns a unique name for each synset's key. */
  static Map<String, String> of(List<Synset> synsets) {
    Map<String, String> names = new HashMap<>();
    Set<String> taken = new HashSet<>();
    for (Synset synset : synsets.stream().sorted(SENSE_ORDER).toList()) {
      String name = candidates(synset).filter(taken::add).findFirst().orElseThrow();
      names.put(synset.key(), name);
    }
    return names;
  }

  /** Returns an infinite stream of possible names, best first. */
  private static Stream<String> candidates(Synset synset) {
    String lemma = synset.lemmas().get(0);
    Stream<String> plain = Stream.of(lemma);
    Stream<String> withSynonym =
        synset.lemmas().stream().skip(1).map(other -> lemma + ", " + other);
    Stream<String> numbered = IntStream.iterate(2, i -> i + 1).mapToObj(i -> lemma + " " + i);
    return Stream.of(plain, withSynonym, numbered)
        .flatMap(names -> names)
        .map(name -> name + " (" + synset.lexFile() + ")");
  }
}
