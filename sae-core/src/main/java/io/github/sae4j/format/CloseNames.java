package io.github.sae4j.format;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Suggests names for a mistyped one, for messages. */
public final class CloseNames {
  private static final int SHOWN = 8;

  private CloseNames() {}

  /**
   * Lists the known names as a clause, most similar first: all of them if they are few, otherwise
   * the closest and the number of others. An edit counts a quarter if one name contains the other.
   */
  public static String list(String wanted, Collection<String> known) {
    if (known.isEmpty()) {
      return "there are none";
    }
    String lower = wanted.toLowerCase(Locale.ROOT);
    String shown =
        known.stream()
            .sorted(
                Comparator.comparingInt((String name) -> distance(lower, name))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(SHOWN)
            .collect(Collectors.joining(", "));
    int hidden = known.size() - SHOWN;
    return hidden > 0 ? shown + " and " + hidden + " more" : shown;
  }

  private static int distance(String wanted, String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    int edits = LevenshteinDistance.getDefaultInstance().apply(wanted, lower);
    boolean contained = !wanted.isEmpty() && (lower.contains(wanted) || wanted.contains(lower));
    return contained ? edits : 4 * edits;
  }
}
