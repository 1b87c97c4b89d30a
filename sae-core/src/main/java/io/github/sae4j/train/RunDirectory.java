package io.github.sae4j.train;

import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.RowFingerprint;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a run: {@code config.json}, {@code metrics.jsonl}, {@code checkpoints/step-…} and at
 * the end {@code sae/}. Other files in the directory are left alone.
 */
final class RunDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(RunDirectory.class);
  private static final Pattern CHECKPOINT_NAME = Pattern.compile("step-\\d{8,}");
  private static final Pattern LEFTOVER =
      Pattern.compile(
          "\\.(step-\\d{8,}|sae|config\\.json|metrics\\.jsonl)\\.[0-9a-f]{8}-[0-9a-f-]{27}\\.tmp");

  private final Path root;

  RunDirectory(Path root) {
    this.root = root;
  }

  Path config() {
    return root.resolve("config.json");
  }

  Path metrics() {
    return root.resolve("metrics.jsonl");
  }

  Path sae() {
    return root.resolve("sae");
  }

  boolean isFinished() {
    return Files.isDirectory(sae());
  }

  Path checkpoints() {
    return root.resolve("checkpoints");
  }

  /** Whether a run was begun here. */
  boolean isBegun() {
    return Files.exists(config());
  }

  /**
   * Refuses a directory that holds a run with anything to lose: an SAE or a checkpoint. What is
   * left of a run that came to neither may go.
   *
   * @throws IllegalArgumentException if it does, or holds files of these names that are no run's
   */
  void requireFree() throws IOException {
    if (isBegun() && !RunJson.isDescription(config())) {
      throw new IllegalArgumentException(
          "%s is not that of a training run: choose another directory".formatted(config()));
    }
    if (Files.exists(sae())
        || !listCheckpoints().isEmpty()
        || (!isBegun() && Stream.of(metrics(), checkpoints()).anyMatch(Files::exists))) {
      throw new IllegalArgumentException(
          "%s holds a training run already (%s): resume it, overwrite it or choose another directory"
              .formatted(root, isFinished() ? "finished" : "not finished"));
    }
  }

  /** Makes place for a new run: the files of an older one go. */
  void begin(RunDescription description) throws IOException {
    for (Path old : List.of(config(), metrics(), checkpoints(), sae())) {
      AtomicFiles.deleteTree(old);
    }
    Files.createDirectories(root);
    RunJson.write(config(), description);
  }

  /** Takes back a run that failed before it had learnt anything, down to the last file. */
  void withdrawAfter(Exception failure) {
    try {
      withdraw();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private void withdraw() throws IOException {
    boolean metricsEmpty = !Files.exists(metrics()) || Files.size(metrics()) == 0;
    if (!metricsEmpty || Files.exists(sae()) || !listCheckpoints().isEmpty()) {
      return;
    }
    for (Path ours : List.of(config(), metrics(), checkpoints())) {
      AtomicFiles.deleteTree(ours);
    }
    try {
      Files.delete(root);
    } catch (DirectoryNotEmptyException e) {
      // other files stay
    }
  }

  /**
   * What the run is about.
   *
   * @throws NoSuchFileException if there is no run
   */
  RunDescription description() throws IOException {
    if (!Files.isRegularFile(config())) {
      throw new NoSuchFileException(config().toString(), null, "there is no run to resume");
    }
    return RunJson.read(
        config(),
        RunDescription.class,
        RunDescription.VERSION,
        Map.of("fingerprint", RowFingerprint.UNKNOWN)); // older runs have none
  }

  /**
   * What the run is about, if it is this one.
   *
   * @throws NoSuchFileException if there is no run
   * @throws IllegalArgumentException if it differs in anything that decides the result, names what
   */
  RunDescription requireSame(TrainConfig config, ActivationSource source) throws IOException {
    RunDescription begun = description();
    List<String> differences =
        begun.differences(
            RunDescription.of(config.settledAs(begun.config()), source, begun.provenance()));
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "the run in %s cannot be resumed with other settings: %s"
              .formatted(root, String.join("; ", differences)));
    }
    return begun;
  }

  /** Writes a checkpoint and removes those that are too old; returns where it is. */
  Path write(Checkpoint.Progress progress, NetworkState network, float[] inputMean, int keep)
      throws IOException {
    Path directory = checkpoints().resolve("step-%08d".formatted(progress.step()));
    Checkpoint.write(directory, progress, network, inputMean);
    List<Path> all = listCheckpoints();
    for (Path old : all.subList(Math.min(keep, all.size()), all.size())) {
      AtomicFiles.deleteTree(old);
    }
    return directory;
  }

  /**
   * The newest checkpoint that can be read.
   *
   * @param passedOver is told of each newer one why it cannot
   */
  Optional<Checkpoint> newestCheckpoint(Consumer<String> passedOver) throws IOException {
    removeLeftovers();
    for (Path directory : listCheckpoints()) {
      try {
        return Optional.of(Checkpoint.read(directory));
      } catch (MalformedFileException | NoSuchFileException e) {
        String reason =
            e instanceof NoSuchFileException missing
                ? missing.getFile() + " is missing"
                : e.getMessage();
        LOG.warn("passing over a checkpoint: {}", reason);
        passedOver.accept(reason);
      }
    }
    return Optional.empty();
  }

  /** What a process that was killed in the middle of writing left behind. */
  private void removeLeftovers() throws IOException {
    for (Path directory : List.of(root, checkpoints())) {
      if (!Files.isDirectory(directory)) {
        continue;
      }
      List<Path> leftovers;
      try (Stream<Path> entries = Files.list(directory)) {
        leftovers =
            entries
                .filter(path -> LEFTOVER.matcher(path.getFileName().toString()).matches())
                .toList();
      }
      for (Path leftover : leftovers) {
        AtomicFiles.deleteTree(leftover);
      }
    }
  }

  /** The newest first. */
  List<Path> listCheckpoints() throws IOException {
    if (!Files.isDirectory(checkpoints())) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(checkpoints())) {
      return entries
          .filter(path -> CHECKPOINT_NAME.matcher(path.getFileName().toString()).matches())
          .sorted(Comparator.comparingLong(RunDirectory::stepOf).reversed())
          .toList();
    }
  }

  private static long stepOf(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring("step-".length()));
  }
}
