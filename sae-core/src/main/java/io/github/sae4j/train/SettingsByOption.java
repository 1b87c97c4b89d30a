package io.github.sae4j.train;

import java.util.LinkedHashMap;
import java.util.Map;

/** The settings of a run by the options of {@code sae train}. */
public final class SettingsByOption {
  private SettingsByOption() {}

  /**
   * Returns the values as typed on the command line; a setting without an option has its own name.
   * Of epochs and tokens, only the effective one is included.
   */
  public static Map<String, String> of(TrainConfig config) {
    Map<String, String> values = new LinkedHashMap<>();
    RunJson.fields(config)
        .forEach(
            (setting, value) ->
                values.putIfAbsent(OptionNames.of(setting), OptionNames.word(value)));
    return values;
  }
}
