package io.github.sae4j.onnx;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The names that may have been meant. */
final class CloseNames {
  private static final int MOST = 5;

  private CloseNames() {}

  /**
   * Up to five names, best first: those that contain {@code wanted} (or are contained in it),
   * shortest first, then those of least edit distance.
   */
  static List<String> of(String wanted, Collection<String> names) {
    String lower = wanted.toLowerCase(Locale.ROOT);
    Comparator<String> contained = Comparator.comparing(name -> !contains(name, lower));
    return names.stream()
        .distinct()
        .sorted(
            contained
                .thenComparing(name -> distance(name, lower))
                .thenComparing(Comparator.naturalOrder()))
        .limit(MOST)
        .toList();
  }

  private static boolean contains(String name, String lower) {
    String lowerName = name.toLowerCase(Locale.ROOT);
    return !lower.isEmpty() && (lowerName.contains(lower) || lower.contains(lowerName));
  }

  private static int distance(String name, String lower) {
    return LevenshteinDistance.getDefaultInstance().apply(name.toLowerCase(Locale.ROOT), lower);
  }
}
