package io.github.sae4j.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds the dictionary that a path refers to: the path itself, the directory of a file, or a run's
 * SAE.
 */
final class SaeLocation {
  /** Where a training run stores its dictionary. */
  private static final String RUN = "sae";

  private static final String DEEPER = "final.safetensors";

  /** Files found in a dictionary's directory. */
  private static final Set<String> PARTS =
      Set.of(
          "ae.pt",
          "cfg.json",
          "config.json",
          DEEPER,
          "hyperparams.json",
          "params.npz",
          "params.safetensors",
          "sae.safetensors",
          "sae_weights.safetensors");

  private static final int DEPTH = 3; // directories searched for candidates
  private static final int MOST_ENTRIES = 10_000;
  private static final int MOST_SHOWN = 8;

  private final Predicate<Path> isWhole;
  private final String formats;

  /**
   * @param isWhole whether a dictionary of a known format is at a path
   * @param formats names of the known formats, for messages
   */
  SaeLocation(Predicate<Path> isWhole, String formats) {
    this.isWhole = isWhole;
    this.formats = formats;
  }

  /**
   * Returns the directory or file of a dictionary.
   *
   * @throws NoSuchFileException if there is nothing at the path
   * @throws IllegalArgumentException if there is no dictionary; the message names any inside
   */
  Path of(Path named) throws IOException {
    if (!Files.exists(named)) {
      throw new NoSuchFileException(named.toString());
    }
    if (!Files.isDirectory(named)) {
      return ofFile(named);
    }
    Path directory = ofRun(named);
    if (isDictionary(directory)) {
      return directory;
    }
    throw new IllegalArgumentException(named + " is not an SAE: " + inside(named));
  }

  /** Returns a training run's dictionary, or the directory itself if it is not a run. */
  Path ofRun(Path directory) {
    Path trained = directory.resolve(RUN);
    return !isDictionary(directory) && isDictionary(trained) ? trained : directory;
  }

  /** Also accepts an incomplete dictionary: {@link SaeFormat#read} reports what it lacks. */
  private boolean isDictionary(Path path) {
    return isWhole.test(path) || SaeLensLayout.isPartlyAt(path);
  }

  private Path ofFile(Path file) {
    String name = file.getFileName().toString();
    if (PARTS.contains(name)) {
      Path directory = file.getParent() == null ? Path.of("") : file.getParent();
      Path above = directory.resolve("..").normalize(); // for checkpoints/final.safetensors
      for (Path each : name.equals(DEEPER) ? List.of(directory, above) : List.of(directory)) {
        if (isDictionary(each)) {
          return each;
        }
      }
    }
    if (isWhole.test(file)) {
      return file;
    }
    throw new IllegalArgumentException(
        file + " is not an SAE: expected an SAE's directory, or an OpenAI .pt file");
  }

  private String inside(Path directory) throws IOException {
    List<Path> candidates = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(directory, DEPTH)) {
      walk.limit(MOST_ENTRIES)
          .filter(path -> !path.equals(directory) && Files.isDirectory(path))
          .filter(isWhole)
          .forEach(candidates::add);
    }
    if (!candidates.isEmpty()) {
      return "choose one of those inside it, " + names(candidates);
    }
    if (Files.isDirectory(directory.resolve("checkpoints"))
        && Files.isRegularFile(directory.resolve("metrics.jsonl"))) {
      return "it is an unfinished training run without %s/".formatted(RUN);
    }
    List<Path> entries;
    try (Stream<Path> list = Files.list(directory)) {
      entries = list.limit(MOST_ENTRIES).map(Path::getFileName).toList();
    }
    return entries.isEmpty()
        ? "the directory is empty"
        : "it has no files of a known format (%s), only %s".formatted(formats, names(entries));
  }

  private static String names(List<Path> paths) {
    List<String> sorted = paths.stream().map(Path::toString).sorted().toList();
    String first = String.join(", ", sorted.subList(0, Math.min(MOST_SHOWN, sorted.size())));
    return sorted.size() > MOST_SHOWN
        ? String.format(Locale.ROOT, "%s and %,d more", first, sorted.size() - MOST_SHOWN)
        : first;
  }
}
