package io.github.sae4j.train;

import io.github.sae4j.variant.TopK;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program that trains in a directory, or goes on there, until the end, for {@link CrashTest} to
 * kill. It says when its first step is done.
 */
final class CrashingRun {
  private static final int ROWS = 20_000;
  private static final int BATCH = 64;

  private CrashingRun() {}

  /** Arguments: the run's directory and its number of steps. */
  public static void main(String[] args) throws IOException {
    Path run = Path.of(args[0]);
    Trainer trainer =
        new Trainer(
                new SyntheticFeatures(64, 32, .05, 7).rows(ROWS, 11),
                config(Long.parseLong(args[1])),
                run)
            .listener(
                new TrainListener() {
                  private boolean said;

                  @Override
                  public void onStep(long step, long steps) {
                    if (!said) {
                      said = true;
                      System.out.println("step " + step);
                    }
                  }

                  @Override
                  public void onDamagedCheckpoint(String reason) {
                    System.out.println("damaged " + reason);
                  }
                });
    boolean begun = Files.exists(new RunDirectory(run).config());
    TrainResult result = begun ? trainer.resume() : trainer.train();
    System.out.println("completed " + result.completed());
  }

  /** Checkpoints are written all the time, so that many kills fall into one. */
  private static TrainConfig config(long steps) {
    return TrainConfig.builder(96, new TopK(4, 8, TopK.AUX_COEFFICIENT))
        .batch(BATCH)
        .tokens(steps * BATCH)
        .shuffleBufferRows(4096)
        .emaDecay(.9)
        .resampling(new Resampling(50, 3))
        .logEvery(5)
        .checkpointEvery(3)
        .build();
  }
}
