package io.github.sae4j.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs of a {@link Sweep} that train on one stream of batches at the same time.
 *
 * @param runs runs with the same order of rows
 * @param memory the memory that they need together
 */
public record SweepPass(List<SweepRun> runs, MemoryPlan memory) {
  /**
   * Fraction of the machine's memory that several runs leave to other processes and the file cache.
   */
  private static final double LEFT_ALONE = 0.1;

  public SweepPass {
    runs = List.copyOf(runs);
  }

  /**
   * Groups runs as far as memory allows, each into the first pass with room for it.
   *
   * @param nIn width of the rows
   * @param rows number of rows
   * @param most maximum number of runs in a pass
   * @throws IllegalArgumentException if a run is too large even alone; the message names it
   */
  public static List<SweepPass> of(
      List<SweepRun> runs, int nIn, long rows, MemoryLimits limits, int most) {
    MemoryLimits shared =
        new MemoryLimits(
            limits.heap(), limits.nd4j(), (long) (limits.machine() * (1 - LEFT_ALONE)));
    Map<BatchOrder, List<List<SweepRun>>> groups = new LinkedHashMap<>();
    for (SweepRun run : runs) {
      List<List<SweepRun>> group =
          groups.computeIfAbsent(BatchOrder.of(run.config(), nIn), order -> new ArrayList<>());
      group.stream()
          .filter(pass -> pass.size() < most && plan(pass, run, nIn, rows).fits(shared))
          .findFirst()
          .orElseGet(() -> alone(group, run, nIn, rows, limits))
          .add(run);
    }
    return groups.values().stream()
        .flatMap(List::stream)
        .map(pass -> new SweepPass(pass, plan(pass, null, nIn, rows)))
        .toList();
  }

  /** Adds a new, empty pass for a run that fits alone. */
  private static List<SweepRun> alone(
      List<List<SweepRun>> group, SweepRun run, int nIn, long rows, MemoryLimits limits) {
    try {
      MemoryPlan.of(run.config(), nIn, rows).requireFits(limits);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the run " + run.name() + ": " + e.getMessage(), e);
    }
    List<SweepRun> pass = new ArrayList<>();
    group.add(pass);
    return pass;
  }

  private static MemoryPlan plan(List<SweepRun> pass, SweepRun oneMore, int nIn, long rows) {
    List<TrainConfig> configs = new ArrayList<>();
    pass.forEach(run -> configs.add(run.config()));
    if (oneMore != null) {
      configs.add(oneMore.config());
    }
    return MemoryPlan.together(configs, nIn, rows);
  }
}
