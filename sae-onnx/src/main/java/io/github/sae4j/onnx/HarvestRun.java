package io.github.sae4j.onnx;

import io.github.sae4j.store.ActivationSink;
import io.github.sae4j.text.TextFault;
import io.github.sae4j.text.TextFaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One harvest. Workers run the batches of a window while the calling thread tokenises the next
 * window and writes the previous one.
 */
final class HarvestRun {
  private final WindowReader windows;
  private final BatchRunner runner;
  private final HarvestConfig config;
  private final boolean padded;
  private final int[] widths;
  private final long totalTexts;
  private final ActivationSink sink;
  private final HarvestProgress listener;
  private final ExecutorService workers;
  private final long started = System.nanoTime();
  private long startedRows;
  private long texts;
  private long rows;
  private long tokens;
  private long truncated;

  HarvestRun(
      WindowReader windows,
      ModelSession session,
      HarvestConfig config,
      boolean padded,
      long totalTexts,
      ActivationSink sink,
      HarvestProgress listener) {
    this.windows = windows;
    this.runner = new BatchRunner(session);
    this.config = config;
    this.padded = padded;
    this.widths = session.tensors().stream().mapToInt(TensorShape::width).toArray();
    this.totalTexts = Math.min(totalTexts, config.maxTexts());
    this.sink = sink;
    this.listener = listener;
    this.workers =
        Executors.newFixedThreadPool(
            config.threads(),
            work -> {
              Thread thread = new Thread(work, "harvest");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * @param maxTokens the limit, for the report
   * @param sourceFaults faults found in the texts before they came here
   */
  HarvestReport run(int maxTokens, Supplier<TextFaults> sourceFaults)
      throws IOException, InterruptedException {
    try {
      Optional<Running> current = startNext();
      while (current.isPresent()) {
        Optional<Running> next = startNext();
        finish(current.get());
        current = next;
      }
      if (rows == 0) {
        throw new IllegalArgumentException(
            config.maxRows() == HarvestConfig.NO_LIMIT
                ? "no rows to harvest: no text has a token that is kept"
                : "no rows to harvest: the first text has more rows than the limit of "
                    + config.maxRows()
                    + ", or no text has a token that is kept");
      }
      sink.finish();
      TextFaults faults = windows.faults().plus(sourceFaults.get());
      return new HarvestReport(texts, rows, tokens, truncated, maxTokens, faults, seconds());
    } finally {
      stopWorkers();
    }
  }

  private Optional<Running> startNext() throws IOException, InterruptedException {
    return windows.next().map(this::start);
  }

  /** Starts running a window, unless the sink has all its rows. */
  private Running start(Window window) {
    startedRows += window.rowCount();
    boolean held = startedRows <= sink.rowsHeld();
    List<List<Document>> batches = window.batches(config.tokensPerBatch(), padded);
    List<Future<?>> futures = new ArrayList<>(batches.size());
    for (List<Document> batch : batches) {
      futures.add(
          held ? CompletableFuture.completedFuture(null) : workers.submit(() -> runner.run(batch)));
    }
    return new Running(window, batches, futures, held);
  }

  private void finish(Running running) throws IOException, InterruptedException {
    for (int i = 0; i < running.futures().size(); i++) {
      await(running.futures().get(i));
      count(running.batches().get(i));
    }
    for (Document document : running.window().documents()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (document.rowCount() == 0) {
        windows.faults().add(TextFault.NO_TOKEN, document.text().id());
        texts += document.tokens().length() == 0 ? 1 : 0; // it was in no batch
      }
      if (running.held()) {
        sink.addText(document.text());
        sink.passRows(document.rowCount());
      } else {
        write(document);
      }
    }
  }

  private void count(List<Document> batch) {
    for (Document document : batch) {
      texts++;
      rows += document.rowCount();
      tokens += document.tokens().length();
      truncated += document.tokens().truncated() ? 1 : 0;
    }
    listener.update(
        new HarvestProgress.Snapshot(texts, totalTexts, rows, config.maxRows(), tokens, seconds()));
  }

  private void write(Document document) throws IOException {
    int example = sink.addText(document.text());
    int[] offsets = new int[widths.length];
    for (int row = 0; row < document.rowCount(); row++) {
      int at = row;
      Arrays.setAll(offsets, tensor -> at * widths[tensor]);
      sink.addRow(document.rows(), offsets, document.origin(row, example));
    }
    document.setRows(List.of());
  }

  private static void await(Future<?> batch) throws InterruptedException {
    try {
      batch.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private double seconds() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** Waits for running batches, because the model must not be closed under them. */
  private void stopWorkers() {
    workers.shutdownNow();
    boolean interrupted = false;
    boolean stopped = false;
    while (!stopped) {
      try {
        stopped = workers.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * @param held whether the sink already has the rows, so nothing is run
   */
  private record Running(
      Window window, List<List<Document>> batches, List<Future<?>> futures, boolean held) {}
}
