package io.github.sae4j.cuda.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.format.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes the results of {@code gpu-check.sh} into the page on GPUs, between two marks. Results of
 * an emulator are never written.
 */
public final class GpuRecord {
  static final String BEGIN = "<!-- gpu-record: made by scripts/gpu-record.sh, do not edit -->";
  static final String END = "<!-- gpu-record: end -->";
  static final String EMULATED = "**Emulated on the CPU: none of this is a figure of a GPU.**";

  private static final List<String> RESULTS =
      List.of("facts.json", "bits.json", "steps.json", "training.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private GpuRecord() {}

  /** The results cannot be recorded; the message says why. */
  static final class Refused extends IOException {
    Refused(String why) {
      super(why);
    }
  }

  /**
   * Arguments: the unpacked results, their archive's name, and the page, or {@code -} to print the
   * tables. Exit code 2 if they are refused.
   */
  public static void main(String[] args) {
    try {
      Path results = Path.of(args[0]);
      if (args[2].equals("-")) {
        System.out.print(text(results, args[1]));
      } else {
        write(results, args[1], Path.of(args[2]));
      }
    } catch (IOException e) {
      System.err.println("gpu-record: " + e.getMessage());
      System.exit(2);
    }
  }

  /**
   * Replaces what stands between the marks of a page.
   *
   * @throws Refused if the results are an emulator's, incomplete, or the page has no marks
   */
  static void write(Path results, String archive, Path page) throws IOException {
    String tables = text(results, archive);
    if (isEmulated(results)) {
      throw new Refused(
          archive
              + " was made with an emulated driver or one given by --driver, not on a GPU;"
              + " --print shows its tables");
    }
    String before = Files.readString(page);
    int begin = before.indexOf(BEGIN);
    int end = before.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new Refused(
          page + " must have the lines '" + BEGIN + "' and '" + END + "', in this order");
    }
    AtomicFiles.writeString(
        page, before.substring(0, begin) + BEGIN + "\n\n" + tables + "\n" + before.substring(end));
  }

  /** Returns the tables. */
  static String text(Path results, String archive) throws IOException {
    JsonNode facts = read(results, archive, "facts.json");
    if (facts.isMissingNode()) {
      throw new Refused(archive + " is not an archive of gpu-check.sh: it has no facts.json");
    }
    for (String name : RESULTS) {
      JsonNode each = read(results, archive, name);
      if (!each.isMissingNode() && !each.path("gpu").equals(facts.path("gpu"))) {
        throw new Refused(
            "%s mixes two GPUs: %s in facts.json, %s in %s"
                .formatted(archive, facts.path("gpu"), each.path("gpu"), name));
      }
    }
    Path stages = results.resolve("stages.tsv");
    return (isEmulated(results) ? EMULATED + "\n\n" : "")
        + RecordTables.of(
            facts,
            Files.exists(stages) ? Files.readAllLines(stages) : List.of(),
            read(results, archive, "bits.json"),
            read(results, archive, "steps.json"),
            read(results, archive, "training.json"));
  }

  /** Any result that does not say that it is a GPU's counts as emulated. */
  private static boolean isEmulated(Path results) throws IOException {
    for (String name : RESULTS) {
      JsonNode json = read(results, name, name);
      if (!json.isMissingNode() && json.path("emulated").asBoolean(true)) {
        return true;
      }
    }
    return false;
  }

  private static JsonNode read(Path results, String archive, String name) throws IOException {
    Path file = results.resolve(name);
    if (!Files.exists(file)) {
      return JSON.missingNode();
    }
    try {
      return JSON.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new Refused(archive + ": " + name + " is not JSON: " + e.getOriginalMessage());
    }
  }
}
