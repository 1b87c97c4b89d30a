package io.github.sae4j.train;

import io.github.sae4j.format.DirectoryLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Prevents other processes from writing to a sweep's directory and those of its runs. */
final class SweepLocks implements Closeable {
  private final Deque<DirectoryLock> held = new ArrayDeque<>();

  private SweepLocks() {}

  /** Locks all directories or none. */
  static SweepLocks acquire(Path directory, List<SweepRun> runs) throws IOException {
    SweepLocks locks = new SweepLocks();
    try {
      locks.held.push(DirectoryLock.acquire(directory));
      for (SweepRun run : runs) {
        locks.held.push(DirectoryLock.acquire(directory.resolve(run.name())));
      }
      return locks;
    } catch (IOException | RuntimeException e) {
      locks.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    while (!held.isEmpty()) {
      held.pop().close();
    }
  }
}
