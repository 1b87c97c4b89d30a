package io.github.sae4j.cli;

import io.github.sae4j.dashboard.ParetoPlot;
import io.github.sae4j.eval.SweepTable;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.OnNonFinite;
import io.github.sae4j.train.MemoryLimits;
import io.github.sae4j.train.Sweep;
import io.github.sae4j.train.SweepListener;
import io.github.sae4j.train.SweepOutcome;
import io.github.sae4j.train.SweepPass;
import io.github.sae4j.train.SweepResult;
import io.github.sae4j.train.SweepRun;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainCost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A sweep and its results: runs, a table and a plot.
 *
 * @param rows the training rows
 * @param out the sweep's directory
 * @param runs runs of the sweep
 * @param together maximum number of runs per pass
 */
record SweepTask(TrainingRows rows, Path out, SweepRuns runs, int together) {
  private static final String JSON = "sweep.json";
  private static final String CSV = "sweep.csv";

  /**
   * Returns which runs train together in this process; rejects runs that do not fit into memory.
   */
  List<SweepPass> passes(ActivationSource all) throws IOException {
    return passes(all, MemoryLimits.ofThisProcess());
  }

  /** Returns which runs train together with the given memory. */
  List<SweepPass> passes(ActivationSource all, MemoryLimits limits) throws IOException {
    return sweep(all, runs.runs()).limits(limits).passes();
  }

  private Sweep sweep(ActivationSource all, List<SweepRun> some) throws IOException {
    return new Sweep(rows.trained(all), some, out).together(together);
  }

  /** Returns a description of the plan, one line per pass and run. */
  String plan(ActivationSource all) throws IOException {
    List<String> lines = new ArrayList<>();
    List<SweepPass> passes = passes(all);
    for (SweepPass pass : passes) {
      lines.add(
          String.format(
              Locale.ROOT,
              "pass %d of %d: %s; memory: %s",
              passes.indexOf(pass) + 1,
              passes.size(),
              Words.runs(pass.runs().size()),
              pass.memory()));
      SweepDisplay.devices(pass.runs()).ifPresent(lines::add);
      pass.runs().forEach(run -> lines.add("  " + run.name()));
    }
    lines.add(cost(all));
    return String.join("\n", lines);
  }

  /** Returns the time and disk space of all runs; only one of several similar runs is measured. */
  private String cost(ActivationSource all) throws IOException {
    Map<List<Object>, TrainCost> costs = new HashMap<>();
    ActivationSource trained = rows.trained(all);
    long seconds = 0;
    long bytes = 0;
    for (SweepRun run : runs.runs()) {
      TrainConfig config = run.config();
      TrainCost cost =
          costs.computeIfAbsent(
              List.of(config.variant().name(), config.latents(), config.batch()),
              kind -> TrainCost.measure(config, trained));
      seconds += new TrainingOutline(config, trained, 0).seconds(cost);
      bytes += cost.diskBytes(config);
    }
    return "time: about %s, measured on random rows; disk: %s MB"
        .formatted(Words.duration(seconds), TrainingOutline.mega(bytes));
  }

  /**
   * Trains to the end, or until Ctrl-C, after which the sweep can be resumed.
   *
   * @param howToResume the command that resumes it
   * @param begun called once the sweep has claimed its directory
   */
  SweepResult train(
      Console console,
      ActivationSource all,
      TrainTask.Start start,
      String howToResume,
      IoRunnable begun)
      throws IOException {
    Nd4j.getBackend(); // a machine on which ND4J cannot run is refused before a file is written
    try (SweepDisplay display = new SweepDisplay(console)) {
      Sweep sweep =
          sweep(all, runs.runs())
              .provenance(rows.provenance(all))
              .overwrite(start == TrainTask.Start.OVERWRITE)
              .listener(storing(begun))
              .listener(display);
      try (Interruption interruption = Interruption.handledBy(sweep::requestStop)) {
        SweepResult result = start == TrainTask.Start.RESUME ? sweep.resume() : sweep.train();
        display.close();
        console.note(
            result.completed()
                ? "trained " + Words.runs(result.trained().size())
                : "stopped; checkpoints are in %s; continue with: %s".formatted(out, howToResume));
        return result;
      }
    }
  }

  /** Stores the options of the runs as soon as it is clear that they can be trained. */
  private SweepListener storing(IoRunnable begun) {
    return new SweepListener() {
      @Override
      public void onStart(List<SweepPass> passes) {
        IoRunnable.unchecked(begun);
        IoRunnable.unchecked(() -> runs.store(out));
      }
    };
  }

  /** Evaluates the finished SAEs on rows, and writes the table and the plot. */
  SweepTable measure(
      Console console, ActivationSource all, SweepResult result, ActivationSource chosen)
      throws IOException {
    boolean skips =
        runs.runs().stream().anyMatch(run -> run.config().onNonfinite() == OnNonFinite.SKIP);
    ActivationSource measured =
        FiniteOption.finite(chosen, skips ? OnNonFinite.SKIP : OnNonFinite.FAIL, console);
    List<List<SweepRun>> groups =
        sweep(all, result.trained()).passes().stream().map(SweepPass::runs).toList();
    SweepTable table;
    try (Progress progress =
        Progress.start(console, "eval", "rows", 0, groups.size() * measured.rows())) {
      table =
          SweepTable.measure(out, groups, measured, (done, total) -> progress.update(done, ""))
              .inOrderOf(runs.runs());
    }
    table.writeJson(out.resolve(JSON));
    table.writeCsv(out.resolve(CSV));
    Path page = ParetoPlot.write(out, table);
    console.note("wrote sweep.json, sweep.csv and the plot " + page);
    return table;
  }

  /**
   * Rejects a directory that is not a sweep's but contains files named like a sweep's results.
   *
   * @throws IllegalArgumentException if it does; the message names one
   */
  static void requireOwn(Path out) {
    for (String name : List.of(JSON, CSV, ParetoPlot.PAGE, ParetoPlot.PICTURE)) {
      if (!SweepRuns.exist(out) && Files.exists(out.resolve(name))) {
        throw new IllegalArgumentException(
            out.resolve(name)
                + " is not part of a sweep; refusing to overwrite it: choose another --out");
      }
    }
  }

  /** Returns whether any run diverged. */
  static boolean anyDiverged(SweepResult result) {
    return result.outcomes().stream()
        .map(SweepOutcome::divergence)
        .anyMatch(why -> why.isPresent());
  }
}
