package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains runs on one stream of batches at the same time. Each ends as it would have alone: a run
 * sees every batch of its own steps in order, and shares nothing else. If runs resume from
 * different steps, those further ahead wait until the stream reaches their position.
 */
final class SharedStreamRuns implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedStreamRuns.class);

  private final ActivationSource source;
  private final List<TrainRun> runs;
  private final Map<TrainRun, TrainingDivergedException> diverged = new LinkedHashMap<>();

  /**
   * @param runs runs with equal {@link BatchOrder}, at least one
   */
  SharedStreamRuns(ActivationSource source, List<TrainRun> runs) {
    this.source = source;
    this.runs = List.copyOf(runs);
  }

  /** Returns why runs diverged; the others are not affected. */
  Map<TrainRun, TrainingDivergedException> diverged() {
    return diverged;
  }

  /**
   * Trains until all runs have finished, or until {@code stop} returns true; then writes
   * checkpoints.
   */
  void run(BooleanSupplier stop) throws IOException {
    TrainRun last = runs.stream().min(Comparator.comparingLong(TrainRun::step)).orElseThrow();
    long step = last.step();
    long began = System.nanoTime();
    boolean manyKinds = runs.stream().map(run -> run.transform().kind()).distinct().count() > 1;
    BatchOrder order = BatchOrder.of(last.config(), source.width());
    try (BatchStream feed = new BatchStream(source, order, last.start(), manyKinds)) {
      List<TrainRun> going = new ArrayList<>(runs);
      for (TrainRun run : runs) {
        run.open();
      }
      dropEnded(going);
      while (!going.isEmpty() && !stop.getAsBoolean()) {
        next(feed, going);
        for (TrainRun run : going) {
          if (run.step() == step) {
            takeStep(run, feed);
          }
        }
        step++;
        dropEnded(going);
      }
      for (TrainRun run : going) {
        run.leave(feed.position());
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      LOG.info(
          "waited {} s of {} s for rows to be read",
          String.format(Locale.ROOT, "%.2f", feed.waitedSeconds()),
          String.format(Locale.ROOT, "%.1f", seconds));
    }
  }

  /** Fetches a batch; if that fails, writes checkpoints of the progress so far. */
  private void next(BatchStream feed, List<TrainRun> going) throws IOException {
    long skipped = feed.skipped();
    try {
      feed.next();
    } catch (IOException e) {
      for (TrainRun run : going) {
        try {
          run.leave(feed.position());
        } catch (IOException second) {
          e.addSuppressed(second);
        }
      }
      throw e;
    }
    if (feed.skipped() > skipped) {
      going.forEach(run -> run.skippedRows(feed.skipped(), feed.firstSkipped().orElseThrow()));
    }
  }

  private void takeStep(TrainRun run, BatchStream feed) throws IOException {
    float[] batch = feed.batch(run.transform());
    try {
      run.takeStep(batch, feed.position());
    } catch (TrainingDivergedException e) {
      run.giveUp();
      diverged.put(run, e);
    }
  }

  /** Releases runs that have ended, and their memory. */
  private void dropEnded(List<TrainRun> going) throws IOException {
    for (TrainRun run : List.copyOf(going)) {
      if (run.isOver()) {
        going.remove(run);
        run.close();
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (TrainRun run : runs) {
      run.close();
    }
  }
}
