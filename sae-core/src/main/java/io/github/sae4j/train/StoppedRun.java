package io.github.sae4j.train;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.format.DirectoryInUseException;
import io.github.sae4j.format.DirectoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A run that was stopped before its end: its newest checkpoint as an SAE, for activations that are
 * not transformed. Needs no rows.
 */
public final class StoppedRun {
  private final RunDirectory directory;
  private final RunDescription description;
  private final Checkpoint checkpoint;

  private StoppedRun(RunDirectory directory, RunDescription description, Checkpoint checkpoint) {
    this.directory = directory;
    this.description = description;
    this.checkpoint = checkpoint;
  }

  /** Whether a directory holds a run that has no SAE yet. */
  public static boolean isAt(Path run) throws IOException {
    RunDirectory directory = new RunDirectory(run);
    return !directory.isFinished()
        && Files.isRegularFile(directory.config())
        && RunJson.isDescription(directory.config());
  }

  /**
   * The run in a directory, at its newest checkpoint that can be read.
   *
   * @throws NoSuchFileException if there is no run, or it has no checkpoint
   */
  public static StoppedRun open(Path run) throws IOException {
    RunDirectory directory = new RunDirectory(run);
    RunDescription description = directory.description();
    if (directory.isFinished()) {
      throw new IllegalArgumentException(run + " holds a training run that is finished");
    }
    Checkpoint checkpoint =
        directory
            .newestCheckpoint(reason -> {})
            .orElseThrow(
                () ->
                    new NoSuchFileException(
                        run.resolve("checkpoints").toString(),
                        null,
                        "the run has no checkpoint that can be read yet"));
    return new StoppedRun(directory, description, checkpoint);
  }

  /** Steps that were done at the checkpoint. */
  public long step() {
    return checkpoint.progress().step();
  }

  /** Steps of the whole run. */
  public long steps() {
    return TrainPlan.of(description.config(), new DescribedRows(description)).steps();
  }

  /** The memory that making the SAE takes, at most. */
  public MemoryPlan memory() {
    return MemoryPlan.of(description.config(), new DescribedRows(description));
  }

  /** The SAE, of which nothing is written. */
  public StoredSae sae() throws IOException {
    try (TrainRun run = run()) {
      StoredSae folded = run.folded();
      SparseAutoencoder sae = folded.sae();
      return new StoredSae(
          new SparseAutoencoder(sae.parameters().copy(), sae.variant(), sae.rowNorm()),
          folded.provenance());
    }
  }

  /**
   * Ends the run here: writes its SAE, after which it cannot be resumed.
   *
   * @throws DirectoryInUseException if the run is going on
   */
  public TrainResult finish() throws IOException {
    try (DirectoryLock lock = directory.lock();
        TrainRun run = run()) {
      run.endHere();
      return run.result();
    }
  }

  private TrainRun run() throws IOException {
    return new TrainRun(
        new DescribedRows(description),
        description.config(),
        directory,
        description.provenance(),
        List.of(),
        checkpoint,
        null);
  }
}
