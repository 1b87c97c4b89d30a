package io.github.sae4j.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A grid of runs, one per combination of values.
 *
 * @param name prefix of all names, to distinguish them from others; may be empty
 * @param axes the values of each option
 */
record Grid(String name, Map<String, List<String>> axes) {
  private static final String VARIANT = "--variant";

  /**
   * Returns the runs of this grid. Options that do not apply to a variant ({@code --lambda} for
   * topk) are left out of its runs.
   *
   * @param common values of options that the grid itself does not set
   * @throws IllegalArgumentException if an axis does not apply to any of the variants
   */
  List<RunOptions> runs(Map<String, List<String>> common) {
    Map<String, List<String>> all = new LinkedHashMap<>(common);
    all.putAll(axes);
    List<RunOptions> runs = new ArrayList<>();
    for (String variant : all.getOrDefault(VARIANT, List.of(SparsityOptions.DEFAULT_VARIANT))) {
      VariantKind kind = VariantKind.parse(VARIANT, variant);
      List<Map<String, String>> combinations = List.of(Map.of(VARIANT, variant));
      for (Map.Entry<String, List<String>> axis : all.entrySet()) {
        if (!axis.getKey().equals(VARIANT) && kind.takes(axis.getKey())) {
          combinations = times(combinations, axis.getKey(), axis.getValue());
        }
      }
      combinations.forEach(options -> runs.add(new RunOptions(name, options)));
    }
    requireUsed(axes.keySet(), runs);
    return runs;
  }

  private static List<Map<String, String>> times(
      List<Map<String, String>> combinations, String option, List<String> values) {
    List<Map<String, String>> product = new ArrayList<>();
    for (Map<String, String> combination : combinations) {
      for (String value : values) {
        Map<String, String> longer = new LinkedHashMap<>(combination);
        longer.put(option, value);
        product.add(longer);
      }
    }
    return product;
  }

  /**
   * Rejects options that no run uses.
   *
   * @throws IllegalArgumentException if there is such an option; the message names it
   */
  static void requireUsed(Collection<String> options, List<RunOptions> runs) {
    for (String option : options) {
      if (runs.stream().noneMatch(run -> run.options().containsKey(option))) {
        throw new IllegalArgumentException(
            "%s is not an option of the variants %s"
                .formatted(
                    option,
                    String.join(
                        ", ",
                        runs.stream().map(run -> run.options().get(VARIANT)).distinct().toList())));
      }
    }
  }
}
