package io.github.sae4j.train;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.format.DirectoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A run that was stopped before its end: provides its newest checkpoint as an SAE for untransformed
 * activations. Needs no rows.
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

  /** Returns whether a directory contains a run that has no SAE yet. */
  public static boolean isAt(Path run) throws IOException {
    RunDirectory directory = new RunDirectory(run);
    return !directory.isFinished()
        && Files.isRegularFile(directory.config())
        && RunJson.isDescription(directory.config());
  }

  /**
   * Opens the run in a directory at its newest readable checkpoint.
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
                        "the run has no readable checkpoint yet"));
    return new StoppedRun(directory, description, checkpoint);
  }

  /** Returns the steps completed at the checkpoint. */
  public long step() {
    return checkpoint.progress().step();
  }

  /** Returns the steps of the whole run. */
  public long steps() {
    return TrainPlan.of(description.config(), new DescribedRows(description)).steps();
  }

  /** Returns the maximum memory needed to create the SAE. */
  public MemoryPlan memory() {
    return MemoryPlan.of(description.config(), new DescribedRows(description));
  }

  /** Returns the SAE without writing anything. */
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
   * @throws io.github.sae4j.format.DirectoryInUseException if the run is still in progress
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
