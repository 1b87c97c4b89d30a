package io.github.sae4j.train;

import io.github.sae4j.checkpoint.SaeFormat;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.DirectoryInUseException;
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
 * The files of a run: {@code config.json}, {@code metrics.jsonl}, {@code checkpoints/step-…} and at
 * the end {@code sae/}. Other files in the directory are left alone.
 */
final class RunDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(RunDirectory.class);

  /** In digits of any script: in some locales versions up to 0.1 wrote those of the language. */
  private static final Pattern CHECKPOINT_NAME = Pattern.compile("step-\\p{Nd}{8,}");

  private final Path root;

  RunDirectory(Path root) {
    this.root = root;
  }

  /**
   * Keeps others from writing here.
   *
   * @throws DirectoryInUseException if one does
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

  /** Whether a run was begun here. */
  boolean isBegun() {
    return Files.exists(config());
  }

  /**
   * Refuses a directory that holds a run with anything to lose: an SAE or a checkpoint. A run that
   * has neither may be deleted.
   *
   * @throws IllegalArgumentException if it does, or holds files of these names that are not a run's
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

  /**
   * Refuses a directory whose files of a run's names are not of one.
   *
   * @throws IllegalArgumentException if one is of something else; names it
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

  /** Makes place for a new run: the files of an older one go, its description last. */
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

  /** Deletes the run's files and its log; the directory too, unless it holds others. */
  void delete() throws IOException {
    requireOwn();
    deleteResults();
    Files.deleteIfExists(config());
    Files.deleteIfExists(root.resolve("sae.log"));
    try {
      Files.deleteIfExists(root);
    } catch (DirectoryNotEmptyException e) {
      LOG.info("{} holds more than a run, and stays", root);
    }
  }

  /** Deletes all files of a run that failed before it had learnt anything. */
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
    return RunJson.readDescription(config());
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
        leftovers = entries.filter(Temporaries::isOne).toList();
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
