package io.github.sae4j.store;

import io.github.sae4j.store.ShuffleWindow.Place;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The order in which training sees the rows of a source: endless, seeded, and resumable at any row.
 *
 * <p>Every row appears once per epoch. Blocks of consecutive rows are permuted and read window by
 * window; the rows of a window are permuted in memory. The disk thus reads runs of {@code
 * blockRows} rows, while the adjacent rows of a text are spread as far as a window reaches. The
 * sequence depends only on the seed, the two sizes and the source.
 *
 * <p>A separate thread reads the next window ahead, so at most two windows are in memory, or one if
 * the whole source fits into it. Not thread-safe. Closing this leaves the source open.
 */
public final class ShuffledRows implements Closeable {
  private final ActivationSource source;
  private final EpochOrder.Recipe recipe;
  private final int width;
  private final ExecutorService reader;

  private Place place;
  private int cursor;
  private long consumedInEpoch;
  private ShuffleWindow current;
  private Place placeAhead;
  private Future<ShuffleWindow> ahead;
  private float[] spare;
  private final OnNonFinite onNonFinite;
  private long skipped;
  private long skippedInARow;
  private Optional<String> firstSkipped = Optional.empty();
  private long waitedNanos;

  /**
   * A place in the sequence.
   *
   * @param epoch number of complete passes over the source
   * @param rowsConsumedInEpoch rows returned so far in the current pass
   */
  public record Position(long epoch, long rowsConsumedInEpoch) {
    /** The position before the first row. */
    public static final Position START = new Position(0, 0);

    public Position {
      if (epoch < 0 || rowsConsumedInEpoch < 0) {
        throw new IllegalArgumentException(
            "there is no position at epoch  " + epoch + ", row " + rowsConsumedInEpoch);
      }
    }
  }

  /**
   * Starts before the first row. Nothing is read yet.
   *
   * @param shuffleBufferRows rows that are permuted together, rounded down to whole blocks; two
   *     windows of {@code [shuffleBufferRows, width]} floats are held in memory
   * @param blockRows consecutive rows read together, at most {@code shuffleBufferRows}
   * @throws IllegalArgumentException if the source is empty or a size is out of range
   */
  public ShuffledRows(ActivationSource source, long seed, int shuffleBufferRows, int blockRows) {
    this(source, seed, shuffleBufferRows, blockRows, OnNonFinite.FAIL);
  }

  /**
   * Starts before the first row, with a choice of how to treat rows that are not finite.
   *
   * @param onNonFinite whether rows with NaN or infinity are an error or skipped; skipped rows
   *     shorten the epoch but count in a {@link Position}
   */
  public ShuffledRows(
      ActivationSource source,
      long seed,
      int shuffleBufferRows,
      int blockRows,
      OnNonFinite onNonFinite) {
    this.onNonFinite = onNonFinite;
    if (source.rows() < 1) {
      throw new IllegalArgumentException(source.description() + " has no rows to train on");
    }
    if (blockRows < 1 || shuffleBufferRows < blockRows) {
      throw new IllegalArgumentException(
          "expected 1 <= blockRows <= shuffleBufferRows, got "
              + blockRows
              + " and "
              + shuffleBufferRows);
    }
    this.source = source;
    this.width = source.width();
    this.recipe = EpochOrder.Recipe.of(seed, source.rows(), shuffleBufferRows, blockRows);
    int mostRows = (Integer.MAX_VALUE - 8) / width;
    if (recipe.shuffleBufferRows() > mostRows) {
      throw new IllegalArgumentException(
          "a window of "
              + recipe.shuffleBufferRows()
              + " rows of "
              + width
              + " values is too large: at most "
              + mostRows
              + " rows are allowed");
    }
    this.reader = Executors.newSingleThreadExecutor(ShuffledRows::daemon);
    this.place = new Place(new EpochOrder(recipe, 0), 0);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "sae4j-read-ahead");
    thread.setDaemon(true);
    return thread;
  }

  /** Returns the number of values per row. */
  public int width() {
    return width;
  }

  /**
   * Returns the position of the next row. After the last row of an epoch, this is the start of the
   * next one.
   */
  public Position position() {
    return new Position(place.epoch().epoch(), consumedInEpoch);
  }

  /**
   * Moves to a position in the sequence.
   *
   * @throws IllegalArgumentException if the position is beyond the end of an epoch
   */
  public void seek(Position position) {
    if (position.rowsConsumedInEpoch() > recipe.rows()) {
      throw new IllegalArgumentException(
          "cannot move to row  "
              + position.rowsConsumedInEpoch()
              + ": "
              + source.description()
              + " has "
              + recipe.rows()
              + " rows");
    }
    discardWindows();
    boolean atEnd = position.rowsConsumedInEpoch() == recipe.rows();
    EpochOrder epoch = new EpochOrder(recipe, position.epoch() + (atEnd ? 1 : 0));
    consumedInEpoch = atEnd ? 0 : position.rowsConsumedInEpoch();
    long rest = consumedInEpoch;
    int window = 0;
    while (rest >= epoch.rowsInWindow(window)) {
      rest -= epoch.rowsInWindow(window);
      window++;
    }
    place = new Place(epoch, window);
    cursor = (int) rest;
  }

  /**
   * Returns the next rows, across the ends of windows and epochs.
   *
   * @param dst receives {@code [rows, width]} from its index 0 on
   * @return {@code rows}
   * @throws IOException if the source cannot be read; the position then does not change
   */
  public int next(float[] dst, int rows) throws IOException {
    Objects.checkFromIndexSize(0, Math.multiplyExact(rows, width), dst.length);
    Position before = position();
    try {
      for (int done = 0; done < rows; ) {
        loadCurrent();
        int n = current.run(cursor, Math.min(rows - done, current.rows() - cursor));
        if (current.isSkipped(cursor)) {
          skip(n);
        } else {
          current.copy(cursor, n, dst, done * width);
          done += n;
          skippedInARow = 0;
        }
        consume(n);
      }
      return rows;
    } catch (IOException e) {
      seek(before);
      throw e;
    }
  }

  private void skip(int rows) throws IOException {
    skipped += rows;
    skippedInARow += rows;
    firstSkipped = firstSkipped.or(current::firstBad);
    if (skippedInARow >= recipe.rows()) {
      throw new IOException(source.description() + " contains only rows with NaN or infinity");
    }
  }

  /** Returns the number of rows skipped so far by this object. */
  public long skipped() {
    return skipped;
  }

  /** Returns where the first skipped row is and what it holds, if any was skipped. */
  public Optional<String> firstSkipped() {
    return firstSkipped;
  }

  /** Returns how long {@link #next} has waited for rows, in seconds. */
  public double waitedSeconds() {
    return waitedNanos / 1e9;
  }

  private void consume(int rows) {
    cursor += rows;
    consumedInEpoch += rows;
    if (cursor < current.rows()) {
      return;
    }
    if (placeAhead.window() == 0) {
      consumedInEpoch = 0;
    }
    place = placeAhead;
    cursor = 0;
    spare = current.buffer();
    current = null;
  }

  private void loadCurrent() throws IOException {
    if (current != null) {
      return;
    }
    if (reader.isShutdown()) {
      throw new IOException("the rows of " + source.description() + " have been closed");
    }
    if (ahead == null) {
      readAhead(place);
    }
    long before = System.nanoTime();
    current = await(ahead);
    waitedNanos += System.nanoTime() - before;
    readAhead(place.next());
  }

  private void readAhead(Place next) {
    placeAhead = next;
    ShuffleWindow whole = current;
    if (whole != null && recipe.shuffleBufferRows() == recipe.rows()) {
      ahead = reader.submit(() -> whole.reordered(next));
      return;
    }
    float[] buffer = spare != null ? spare : new float[(int) recipe.shuffleBufferRows() * width];
    spare = null;
    ahead = reader.submit(() -> ShuffleWindow.read(source, next, buffer, onNonFinite));
  }

  private ShuffleWindow await(Future<ShuffleWindow> window) throws IOException {
    try {
      if (Thread.interrupted()) { // get() would not notice if the window is already there
        throw new InterruptedException();
      }
      return window.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading " + source.description());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException("cannot read " + source.description(), e.getCause());
    }
  }

  /** Discards the windows in memory, keeping one of their arrays for the next. */
  private void discardWindows() {
    if (current != null) {
      spare = current.buffer();
      current = null;
    }
    if (ahead != null) {
      finishReading();
      ahead = null;
    }
  }

  /** Waits for a read in progress, whatever its outcome. */
  private void finishReading() {
    try {
      ahead.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      return; // the next request for these rows will see it
    }
  }

  /** Stops reading ahead and waits for a read in progress, so the source may then be closed. */
  @Override
  public void close() {
    discardWindows();
    reader.shutdown();
    spare = null;
  }
}
