package io.github.sae4j.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs of a {@link Sweep} that learn from one stream of batches at the same time.
 *
 * @param runs that agree in the order of their rows
 * @param memory that they take together
 */
public record SweepPass(List<SweepRun> runs, MemoryPlan memory) {
  /** Several runs leave that share of the machine's memory to others, and to its cache of files. */
  private static final double LEFT_ALONE = 0.1;

  public SweepPass {
    runs = List.copyOf(runs);
  }

  /**
   * Puts runs together as far as memory allows: each into the first pass that has room for it.
   *
   * @param nIn width of the rows
   * @param rows their number
   * @param most runs in a pass
   * @throws IllegalArgumentException if a run is too large even by itself, names it
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

  /** A new pass, still empty, for a run that fits by itself. */
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
