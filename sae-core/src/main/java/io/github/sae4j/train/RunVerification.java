package io.github.sae4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks whether the files of a run are intact; does not read its SAE. */
public final class RunVerification {
  private final RunDirectory run;
  private final List<IOException> faults = new ArrayList<>();
  private int checkpoints;

  private RunVerification(Path directory) {
    this.run = new RunDirectory(directory);
  }

  /** Returns whether a directory contains a run; a config.json alone may be another library's. */
  public static boolean isRun(Path directory) {
    RunDirectory run = new RunDirectory(directory);
    boolean trains = Files.exists(run.metrics()) || Files.isDirectory(run.checkpoints());
    return trains && run.isBegun();
  }

  /** Reads the settings of a run, and checks the checksums of its checkpoints. */
  public static RunVerification of(Path directory) {
    RunVerification verification = new RunVerification(directory);
    verification.verify();
    return verification;
  }

  private void verify() {
    try {
      run.description();
    } catch (IOException e) {
      faults.add(e);
    }
    try {
      for (Path checkpoint : run.listCheckpoints()) {
        checkpoints++;
        verifyCheckpoint(checkpoint);
      }
    } catch (IOException e) {
      faults.add(e);
    }
  }

  private void verifyCheckpoint(Path checkpoint) {
    try {
      Checkpoint.read(checkpoint);
    } catch (IOException e) {
      faults.add(e);
    }
  }

  /** Returns the number of checkpoints. */
  public int checkpoints() {
    return checkpoints;
  }

  /** Returns whether the run is finished. */
  public boolean isFinished() {
    return run.isFinished();
  }

  /** Returns the faults, in the order in which files were read. */
  public List<IOException> faults() {
    return List.copyOf(faults);
  }
}
