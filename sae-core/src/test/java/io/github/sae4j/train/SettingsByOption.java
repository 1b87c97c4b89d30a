package io.github.sae4j.train;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the settings of a run are by the options of the command line, for tests of that. */
public final class SettingsByOption {
  private SettingsByOption() {}

  /** Values as they are typed; settings without an option are by their own names. */
  public static Map<String, String> of(TrainConfig config) {
    Map<String, String> values = new LinkedHashMap<>();
    RunJson.fields(config)
        .forEach(
            (setting, value) ->
                values.putIfAbsent(OptionNames.of(setting), OptionNames.word(value)));
    return values;
  }
}
