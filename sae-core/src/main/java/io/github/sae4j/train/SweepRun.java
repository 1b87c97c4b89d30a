package io.github.sae4j.train;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One run of a {@link Sweep}.
 *
 * @param name name of its directory within the sweep's: letters, digits, dots, dashes and
 *     underscores
 * @param config its settings
 */
public record SweepRun(String name, TrainConfig config) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  public SweepRun {
    Objects.requireNonNull(config, "config");
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a run's name must consist of letters, digits, dots, dashes and underscores, got '%s'"
              .formatted(name));
    }
  }

  /** Returns a run with a distinguishing name: {@code topk-32-3072-s0}. */
  public static SweepRun of(TrainConfig config) {
    return of("", config);
  }

  /**
   * Returns a run with a prefixed name.
   *
   * @param prefix prefix for runs that differ in other settings; may be empty
   */
  public static SweepRun of(String prefix, TrainConfig config) {
    return new SweepRun((prefix.isEmpty() ? "" : prefix + "-") + standardName(config), config);
  }

  private static String standardName(TrainConfig config) {
    return String.format(
        Locale.ROOT,
        "%s-%s-%d-s%d",
        config.variant().name(),
        config.targetL0() > 0
            ? "l0-" + shortest(config.targetL0())
            : shortest(config.variant().sparsitySetting()),
        config.latents(),
        config.seed());
  }

  /** Returns the prefix of the name given by {@link #of}; empty if there is none. */
  public String prefix() {
    String standard = "-" + standardName(config);
    return name.endsWith(standard) ? name.substring(0, name.length() - standard.length()) : "";
  }

  /** Returns the setting that controls sparsity: the target L0, or k, λ or β. */
  public double sparsitySetting() {
    return config.targetL0() > 0 ? config.targetL0() : config.variant().sparsitySetting();
  }

  /** Formats 32 as "32", not "32.0". */
  private static String shortest(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
