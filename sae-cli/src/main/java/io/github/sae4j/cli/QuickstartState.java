package io.github.sae4j.cli;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.Json;
import io.github.sae4j.format.JsonFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The {@code quickstart.json} of a quick start's directory, which records the finished stages.
 *
 * @param settings settings of all stages
 * @param seconds duration of each finished stage
 */
record QuickstartState(QuickstartSettings settings, Map<String, Double> seconds) {
  private static final String FILE = "quickstart.json";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  QuickstartState {
    seconds = new LinkedHashMap<>(seconds);
  }

  /**
   * Returns the state stored in a directory, or a new one if there is none.
   *
   * @param overwrite whether to start over in any case
   * @throws IllegalArgumentException if the stored state has other settings
   */
  static QuickstartState open(Path directory, QuickstartSettings settings, boolean overwrite)
      throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      requireFree(directory);
    }
    if (overwrite || !Files.exists(file)) {
      QuickstartState state = new QuickstartState(settings, Map.of());
      state.write(directory);
      return state;
    }
    QuickstartState state = read(file);
    if (!state.settings().equals(settings)) {
      throw new IllegalArgumentException(
          "%s holds a quick start with other settings (%s): choose another --out or use --overwrite"
              .formatted(directory, state.settings()));
    }
    return state;
  }

  /** Rejects a directory with files of another command or program. */
  private static void requireFree(Path directory) {
    for (String name : Quickstart.FILES) {
      if (Files.exists(directory.resolve(name))) {
        throw new IllegalArgumentException(
            "%s is not part of a quick start; refusing to overwrite it: choose another --out"
                .formatted(directory.resolve(name)));
      }
    }
  }

  private static QuickstartState read(Path file) throws IOException {
    String place = "not the state of a quick start: ";
    return JsonFaults.read(JSON, Json.read(file), QuickstartState.class, file, place);
  }

  /** Returns the state with one more finished stage, after saving it. */
  QuickstartState finished(Path directory, String stage, double stageSeconds) throws IOException {
    Map<String, Double> more = new LinkedHashMap<>(seconds);
    more.put(stage, stageSeconds);
    QuickstartState state = new QuickstartState(settings, more);
    state.write(directory);
    return state;
  }

  boolean isFinished(String stage) {
    return seconds.containsKey(stage);
  }

  double secondsOf(String stage) {
    return seconds.getOrDefault(stage, 0.0);
  }

  private void write(Path directory) throws IOException {
    AtomicFiles.write(directory.resolve(FILE), out -> out.write(JSON.writeValueAsBytes(this)));
  }
}
