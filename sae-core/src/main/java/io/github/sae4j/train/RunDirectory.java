package io.github.sae4j.train;

import io.github.sae4j.checkpoint.SaeFormat;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.DirectoryLock;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.OwnDirectory;
import io.github.sae4j.format.Temporaries;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a run: {@code config.json}, {@code metrics.jsonl}, {@code checkpoints/step-…} and,
 * at the end, {@code sae/}. Other files in the directory are left alone.
 */
final class RunDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(RunDirectory.class);

  /**
   * Accepts digits of any script, since versions up to 0.1 wrote localised digits in some locales.
   */
  private static final Pattern CHECKPOINT_NAME = Pattern.compile("step-\\p{Nd}{8,}");

  private final Path root;

  RunDirectory(Path root) {
    this.root = root;
  }

  /**
   * Prevents other processes from writing here.
   *
   * @throws DirectoryInUseException if another process is already writing here
   */
  DirectoryLock lock() throws IOException {
    return DirectoryLock.acquire(root);
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

  /** Returns whether the directory contains a run. */
  boolean isBegun() {
    return Files.exists(config());
  }

  /**
   * Rejects a directory with a run that has an SAE or a checkpoint. A run with neither may be
   * deleted.
   *
   * @throws IllegalArgumentException if there is such a run, or files with these names that do not
   *     belong to a run
   */
  void requireFree() throws IOException {
    if (isBegun() && !RunJson.isDescription(config())) {
      throw new IllegalArgumentException(
          "%s is not part of a training run: choose another directory".formatted(config()));
    }
    if (Files.exists(sae())
        || !listCheckpoints().isEmpty()
        || (!isBegun() && Stream.of(metrics(), checkpoints()).anyMatch(Files::exists))) {
      throw new IllegalArgumentException(
          "%s already holds a training run (%s): resume it, overwrite it or choose another directory"
              .formatted(root, isFinished() ? "finished" : "not finished"));
    }
  }

  /**
   * Rejects a directory with files named like a run's that do not belong to one.
   *
   * @throws IllegalArgumentException if there is such a file; the message names it
   */
  void requireOwn() throws IOException {
    boolean own = RunJson.isDescription(config());
    for (Path file : List.of(config(), metrics(), checkpoints(), sae())) {
      if (!own && Files.exists(file)) {
        throw new IllegalArgumentException(
            file
                + " is not part of a training run; refusing to overwrite it: choose another directory");
      }
    }
    OwnDirectory.requireOnly(
        checkpoints(), name -> CHECKPOINT_NAME.matcher(name).matches(), "a training run");
    if (Files.exists(sae())) {
      SaeFormat.requireReplaceable(sae());
    }
  }

  /** Prepares for a new run: deletes the files of an older one, its description last. */
  void begin(RunDescription description) throws IOException {
    requireOwn();
    deleteResults();
    AtomicFiles.createDirectories(root);
    RunJson.write(config(), description);
  }

  private void deleteResults() throws IOException {
    for (Path old : List.of(metrics(), checkpoints(), sae())) {
      AtomicFiles.deleteTree(old);
    }
  }

  /** Deletes the run's files and its log, and the directory unless it contains other files. */
  void delete() throws IOException {
    requireOwn();
    deleteResults();
    Files.deleteIfExists(config());
    Files.deleteIfExists(root.resolve("sae.log"));
    try {
      Files.deleteIfExists(root);
    } catch (DirectoryNotEmptyException e) {
      LOG.info("{} contains other files and is not deleted", root);
    }
  }

  /** Deletes all files of a run that failed before its first checkpoint. */
  void withdrawAfter(Throwable failure) {
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
      // other files are kept
    }
  }

  /**
   * Returns the run's description.
   *
   * @throws NoSuchFileException if there is no run
   */
  RunDescription description() throws IOException {
    if (!Files.isRegularFile(config())) {
      throw new NoSuchFileException(config().toString(), null, "there is no run to resume");
    }
    return RunJson.readDescription(config());
  }

  /**
   * Returns the run's description, if it matches.
   *
   * @throws NoSuchFileException if there is no run
   * @throws IllegalArgumentException if it differs in anything that affects the result; the message
   *     names the differences
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

  /** Writes a checkpoint, deletes the oldest ones, and returns the new one's path. */
  Path write(Checkpoint.Progress progress, NetworkState network, float[] inputMean, int keep)
      throws IOException {
    Path directory =
        checkpoints().resolve(String.format(Locale.ROOT, "step-%08d", progress.step()));
    Checkpoint.write(directory, progress, network, inputMean);
    List<Path> all = listCheckpoints();
    for (Path old : all.subList(Math.min(keep, all.size()), all.size())) {
      AtomicFiles.deleteTree(old);
    }
    return directory;
  }

  /**
   * Returns the newest readable checkpoint.
   *
   * @param passedOver receives the reason why each newer one is unreadable
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
        LOG.warn("skipping a checkpoint: {}", reason);
        passedOver.accept(reason);
      }
    }
    return Optional.empty();
  }

  /** Deletes leftovers of a process killed while writing. */
  private void removeLeftovers() throws IOException {
    for (Path directory : List.of(root, checkpoints())) {
      if (!Files.isDirectory(directory)) {
        continue;
      }
      List<Path> leftovers;
      try (Stream<Path> entries = Files.list(directory)) {
        leftovers = entries.filter(Temporaries::isOne).toList();
      }
      for (Path leftover : leftovers) {
        AtomicFiles.deleteTree(leftover);
      }
    }
  }

  /** Lists the checkpoints, newest first. */
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
