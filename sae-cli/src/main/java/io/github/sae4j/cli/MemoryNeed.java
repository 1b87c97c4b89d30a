package io.github.sae4j.cli;

import io.github.sae4j.checkpoint.SaeShape;
import io.github.sae4j.train.MemoryPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * How large a command wants its memory to be, in bytes.
 *
 * @param heap of Java
 * @param nd4j limit of ND4J's arrays
 * @param exact whether it wants no more; otherwise the launcher's defaults hold where larger
 */
record MemoryNeed(long heap, long nd4j, boolean exact) {
  private static final long READING_HEAP = 512L << 20;
  private static final long READING_ND4J = 1L << 30;

  /** What training takes. */
  static MemoryNeed exactly(MemoryPlan plan) {
    return new MemoryNeed(plan.heapLimit(), plan.nd4jLimit(), true);
  }

  /** What several trainings take, one after another. */
  static MemoryNeed exactly(List<MemoryPlan> plans) {
    return new MemoryNeed(
        plans.stream().mapToLong(MemoryPlan::heapLimit).max().orElse(READING_HEAP),
        plans.stream().mapToLong(MemoryPlan::nd4jLimit).max().orElse(READING_ND4J),
        true);
  }

  /** What training takes, for a command that also does something else. */
  static MemoryNeed atLeast(MemoryPlan plan) {
    return new MemoryNeed(plan.heapLimit(), plan.nd4jLimit(), false);
  }

  /** What reading a dictionary and using it takes: its weights, and some working memory. */
  static MemoryNeed ofReading(Path sae) throws IOException {
    long weights = SaeShape.read(StoredRun.saeDirectory(sae)).bytes();
    return new MemoryNeed(READING_HEAP + weights, READING_ND4J + 2 * weights, false);
  }
}
