package io.github.sae4j.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.engine.Device;
import io.github.sae4j.store.RowFingerprint;
import java.lang.reflect.RecordComponent;
import java.util.Map;

/** Converts descriptions of runs from older versions to the current form. */
final class OlderRuns {
  /** The version whose settings are not in groups. */
  static final int UNGROUPED = 7;

  /** The version whose runs were all on the CPU. */
  private static final int WITHOUT_DEVICE = 8;

  /** Current names of settings by their old names. */
  private static final Map<String, String> RENAMED =
      Map.ofEntries(
          Map.entry("nLatents", "latents"),
          Map.entry("batchRows", "batch"),
          Map.entry("totalTokens", "tokens"),
          Map.entry("deadAfterTokens", "deadAfter"),
          Map.entry("inputNormalisation", "normaliseInputs"),
          Map.entry("onNonFinite", "onNonfinite"),
          Map.entry("logEverySteps", "logEvery"),
          Map.entry("checkpointEverySteps", "checkpointEvery"),
          Map.entry("everySteps", "every"),
          Map.entry("shape", "lrSchedule"),
          Map.entry("finalFraction", "lrFinalFraction"),
          Map.entry("plateau", "stopFvuPlateau"),
          Map.entry("encoder", "encoderStart"),
          Map.entry("windowRows", "shuffleBufferRows"), // this and the next two: up to 0.1
          Map.entry("averageDecay", "emaDecay"),
          Map.entry("finalShare", "lrFinalFraction"));

  private OlderRuns() {}

  /** Converts the description of a run from version 7 or 8 to the current version. */
  static void bringUpToDate(ObjectNode description) {
    int version = description.path("version").isInt() ? description.get("version").intValue() : 0;
    if (version == UNGROUPED) {
      groupSettings(description);
    }
    if (version == UNGROUPED || version == WITHOUT_DEVICE) {
      if (description.path("config").path("optimiser") instanceof ObjectNode optimiser) {
        optimiser.put("device", Device.CPU.toString());
      }
      description.put("version", RunDescription.VERSION);
    }
  }

  private static void groupSettings(ObjectNode description) {
    if (!description.has("fingerprint")) {
      description.set("fingerprint", RunJson.tree(RowFingerprint.UNKNOWN));
    }
    if (description.get("config") instanceof ObjectNode config) {
      rename(config);
      if (config.get("resampling") instanceof ObjectNode resampling && !resampling.has("latents")) {
        resampling.set("latents", RunJson.tree(Resampling.Latents.DEAD));
      }
      group(config);
    }
  }

  private static void rename(JsonNode node) {
    if (node instanceof ObjectNode fields) {
      RENAMED.forEach(
          (before, now) -> {
            if (fields.has(before) && !fields.has(now)) {
              fields.set(now, fields.remove(before));
            }
          });
    }
    node.forEach(OlderRuns::rename);
  }

  private static void group(ObjectNode config) {
    for (RecordComponent group : TrainConfig.class.getRecordComponents()) {
      ObjectNode settings = config.objectNode();
      for (RecordComponent setting : group.getType().getRecordComponents()) {
        JsonNode value = config.remove(setting.getName());
        if (value != null) {
          settings.set(setting.getName(), value);
        }
      }
      config.set(group.getName(), settings);
    }
  }
}
