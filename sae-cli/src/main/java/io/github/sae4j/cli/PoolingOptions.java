package io.github.sae4j.cli;

import io.github.sae4j.store.Pooling;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options for making one row of the rows of a text. */
final class PoolingOptions {
  @Option(
      names = "--pool",
      paramLabel = "mean|max",
      description = "Pool each text's rows into one: their mean, or the maximum of each column.")
  private Pooling.Kind kind;

  @Option(
      names = "--unit-norm",
      description =
          "With --pool: scale each pooled row to length 1, as is usual for sentence embeddings.")
  private boolean unitNorm;

  /**
   * Returns the pooling, if one was asked for.
   *
   * @throws IllegalArgumentException if --unit-norm was given without --pool
   */
  Optional<Pooling> pooling() {
    if (kind == null && unitNorm) {
      throw new IllegalArgumentException("--unit-norm can be used only with --pool");
    }
    return Optional.ofNullable(kind).map(each -> new Pooling(each, unitNorm));
  }
}
