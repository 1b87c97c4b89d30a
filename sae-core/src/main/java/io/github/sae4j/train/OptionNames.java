package io.github.sae4j.train;

import static java.util.Map.entry;

import io.github.sae4j.format.KebabCase;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Maps settings to the options of {@code sae train}, which messages refer to: {@code --} and the
 * setting's name with dashes, prefixed with {@code resample-} for those of {@code resampling},
 * except for those listed here.
 */
final class OptionNames {
  /** Settings without an option. */
  private static final Set<String> WITHOUT =
      Set.of(
          "beta1",
          "beta2",
          "unitNormDecoder",
          "blockRows",
          "variant.auxCoefficient",
          "variant.inner.auxCoefficient",
          "variant.inner.multi");

  /**
   * Settings that a run directory names otherwise: the peak within the learning rate's schedule; a
   * time that is typed with its unit; the type of a variant; and components of variants, whose
   * names leave out what their variant already says.
   */
  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          entry("learningRate.peak", "--learning-rate"),
          entry("stopping.maxSeconds", "--max-time"),
          entry("variant.type", "--variant"),
          entry("variant.multi", "--multi-topk"),
          entry("variant.inner.type", "--inner"),
          entry("variant.sampled", "--sample-prefixes"),
          entry("variant.ghost", "--ghost-gradients"),
          entry("variant.sparsity", "--sparsity-loss"),
          entry("variant.preActivationCoefficient", "--pre-activation-loss"),
          entry("variant.decay", "--rate-decay"),
          entry("variant.largestNorm", "--max-decoder-norm"));

  private OptionNames() {}

  /** Returns the option of a setting {@code group.name}, or the setting itself if it has none. */
  static String of(String setting) {
    if (WITHOUT.contains(setting)) {
      return setting;
    }
    String last = setting.substring(setting.lastIndexOf('.') + 1);
    String before = setting.startsWith("resampling.") ? "resample-" : "";
    return OTHERS.getOrDefault(setting, "--" + before + KebabCase.ofName(last));
  }

  /** Returns a value as typed on the command line. */
  static String word(Object value) {
    if (value instanceof Double number && Double.isFinite(number)) {
      return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
    return String.valueOf(value);
  }

  /**
   * Returns how settings differ.
   *
   * @return clauses by option, in the order of the settings
   */
  static Map<String, String> differences(TrainConfig before, TrainConfig now) {
    Map<String, Object> ours = RunJson.fields(before);
    Map<String, Object> theirs = RunJson.fields(now);
    Map<String, Object> all = new LinkedHashMap<>(ours);
    all.putAll(theirs);
    Map<String, String> differences = new LinkedHashMap<>();
    for (String setting : all.keySet()) {
      Object was = ours.get(setting);
      Object is = theirs.get(setting);
      if (was == null || !was.equals(is)) {
        String option = of(setting);
        differences.putIfAbsent(option, clause(option, was, is));
      }
    }
    return differences;
  }

  private static String clause(String option, Object was, Object is) {
    if (was == null) {
      return "%s is %s, but was not given".formatted(option, word(is));
    }
    return is == null
        ? "%s was %s and is not given".formatted(option, word(was))
        : "%s was %s and is now %s".formatted(option, word(was), word(is));
  }
}
