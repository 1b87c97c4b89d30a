package io.github.sae4j.cli;

import io.github.sae4j.checkpoint.SaeFormat;
import io.github.sae4j.checkpoint.SaeShape;
import io.github.sae4j.format.TensorInfo;
import io.github.sae4j.pursuit.PursuitEncoder;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.train.MemoryPlan;
import io.github.sae4j.train.StoppedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Memory that a command needs, in bytes.
 *
 * @param heap Java heap
 * @param nd4j limit of ND4J's arrays
 * @param exact whether these are exact sizes; otherwise the launcher's defaults apply if larger
 */
record MemoryNeed(long heap, long nd4j, boolean exact) {
  private static final long READING_HEAP = 512L << 20;
  private static final long READING_ND4J = 1L << 30;

  /** Two products of 1,024 rows with 65,536 directions. */
  private static final long PURSUIT_ND4J = 512L << 20;

  /** Returns the memory for training. */
  static MemoryNeed exactly(MemoryPlan plan) {
    return new MemoryNeed(plan.heapLimit(), plan.nd4jLimit(), true);
  }

  /** Returns the memory for several training runs, one after another. */
  static MemoryNeed exactly(List<MemoryPlan> plans) {
    return new MemoryNeed(
        plans.stream().mapToLong(MemoryPlan::heapLimit).max().orElse(READING_HEAP),
        plans.stream().mapToLong(MemoryPlan::nd4jLimit).max().orElse(READING_ND4J),
        true);
  }

  /** Returns the memory for training, for a command that also does something else. */
  static MemoryNeed atLeast(MemoryPlan plan) {
    return new MemoryNeed(plan.heapLimit(), plan.nd4jLimit(), false);
  }

  /** Returns the memory for reading and using a dictionary: its weights and some working memory. */
  static MemoryNeed ofReading(Path sae) throws IOException {
    if (StoredRun.isStopped(sae)) {
      MemoryPlan plan = StoppedRun.open(sae).memory();
      return new MemoryNeed(READING_HEAP + plan.parameters(), READING_ND4J + plan.nd4j(), false);
    }
    long weights = weights(StoredRun.saeDirectory(sae));
    return new MemoryNeed(READING_HEAP + weights, READING_ND4J + 2 * weights, false);
  }

  /** Returns this with room for a second form of the weights. */
  MemoryNeed twice() {
    return new MemoryNeed(heap, 2 * nd4j, exact);
  }

  /** Returns this plus another need at the same time. */
  MemoryNeed and(MemoryNeed other) {
    return new MemoryNeed(heap + other.heap, nd4j + other.nd4j, exact && other.exact);
  }

  /** Returns the memory for copying rows: a shard and the block being read. */
  static MemoryNeed ofCopying() {
    return new MemoryNeed(READING_HEAP, READING_ND4J, false);
  }

  /**
   * Returns the size of the weights as float32; an upper bound for other libraries' files, which
   * may be 16-bit.
   */
  private static long weights(Path sae) throws IOException {
    if (SaeFormat.at(sae).orElse(SaeFormat.SAELENS) == SaeFormat.SAELENS) {
      return SaeShape.read(sae).bytes();
    }
    try (Stream<Path> files = Files.walk(sae)) {
      return 2 * files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** Returns this plus the memory for a pursuit with that dictionary. */
  MemoryNeed withPursuit(Path sae) throws IOException {
    Path directory = StoredRun.saeDirectory(sae);
    long products = PursuitEncoder.heapBytes(latents(directory)); // at most half of the heap
    return new MemoryNeed(
        Math.max(heap + products, 2 * products), nd4j + weights(directory) + PURSUIT_ND4J, exact);
  }

  /**
   * Returns the number of latents; for other libraries' files, the largest dimension of a tensor.
   */
  private static int latents(Path sae) throws IOException {
    if (SaeFormat.at(sae).orElse(SaeFormat.SAELENS) == SaeFormat.SAELENS) {
      return SaeShape.read(sae).nLatents();
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(sae)) {
      files = walk.filter(file -> file.toString().matches(".*\\.(safetensors|npz|pt)")).toList();
    }
    long largest = 1;
    for (Path file : files) {
      for (TensorInfo tensor : ActivationSources.tensors(file)) {
        largest = Math.max(largest, tensor.shape().stream().mapToLong(n -> n).max().orElse(1));
      }
    }
    return (int) Math.min(largest, Integer.MAX_VALUE);
  }
}
