package io.github.sae4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether the files of a run are as they were written; its SAE is not read here. */
public final class RunVerification {
  private final RunDirectory run;
  private final List<IOException> faults = new ArrayList<>();
  private int checkpoints;

  private RunVerification(Path directory) {
    this.run = new RunDirectory(directory);
  }

  /** Whether a run was begun in a directory; a config.json alone may be another library's. */
  public static boolean isRun(Path directory) {
    RunDirectory run = new RunDirectory(directory);
    boolean trains = Files.exists(run.metrics()) || Files.isDirectory(run.checkpoints());
    return trains && run.isBegun();
  }

  /** Reads the settings of a run, and its checkpoints with their checksums. */
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

  /** Number of checkpoints. */
  public int checkpoints() {
    return checkpoints;
  }

  /** Whether the run came to its end. */
  public boolean isFinished() {
    return run.isFinished();
  }

  /** What is wrong, in the order in which files were read. */
  public List<IOException> faults() {
    return List.copyOf(faults);
  }
}
