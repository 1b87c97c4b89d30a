package io.github.sae4j.cli;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.train.MemoryLimits;
import io.github.sae4j.train.SweepPass;
import io.github.sae4j.train.SweepResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sae sweep}. */
@Command(
    name = "sweep",
    modelTransformer = ListedOptions.class,
    description = {
      "Train a grid of sparse autoencoders in one pass over the rows, evaluate them and plot FVU against L0. Ctrl-C saves; --resume continues.",
      "",
      "Options shown with ',...' may be lists, such as --k 16,32,64: each combination is a run. Rows come in the same order for all runs, so runs with different seeds differ only in their initial weights.",
      "",
      "Writes to OUT: one directory per run, as written by 'sae train', and sweep.json, sweep.csv,"
          + " pareto.png and pareto.html."
    })
final class SweepCommand implements Callable<Integer>, PlansMemory {
  @ParentCommand private Sae sae;
  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DUMP",
      arity = "1..*",
      parameterConsumer = DataFiles.Reader.class,
      description = "Activations: a dump, or files of one format (safetensors, npy, pt ...).")
  private DataFiles data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "OUT",
      description = "The sweep's directory.")
  private Path out;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description = "Tensor to use if there are several.")
  private String tensor;

  @Option(
      names = "--holdout",
      paramLabel = "X",
      defaultValue = "0.05",
      description =
          "Fraction of the rows, at the end, to evaluate the SAEs on (default: ${DEFAULT-VALUE}).")
  @Within(from = 0, below = 1)
  private double holdout;

  @Option(
      names = "--eval-data",
      paramLabel = "DUMP",
      arity = "1..*",
      parameterConsumer = DataFiles.Reader.class,
      description = "Evaluate on these activations instead.")
  private DataFiles evalData;

  @Option(
      names = "--eval-rows",
      paramLabel = "RANGE",
      description =
          "Rows to evaluate on: 'holdout', 'all' or FROM:TO (default: holdout; with --eval-data, all).")
  private String evalRows;

  @Option(
      names = "--grid",
      paramLabel = "FILE",
      description =
          "Runs as JSON: a list of objects, each with options of 'sae train' and values or lists of values. Options on the command line apply to all.")
  private Path grid;

  @Option(
      names = "--together",
      paramLabel = "N",
      description = "Maximum number of runs trained at a time (default: as memory allows).")
  @Within(from = 1)
  private Integer together;

  @Option(
      names = "--dry-run",
      description =
          "Only show the planned runs and the memory, time and disk space they would take.")
  private boolean dryRun;

  @Option(
      names = "--resume",
      description =
          "Resume the sweep in OUT: finished runs are kept, newly requested runs are added.")
  private boolean resume;

  @Mixin private VerifyOption verify = new VerifyOption();

  @Option(names = "--overwrite", description = "Replace runs with the same names in OUT.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    if (resume && overwrite) {
      throw new IllegalArgumentException("--resume cannot be combined with --overwrite");
    }
    try (ActivationSource source = ActivationSources.open(data.path(), tensor, verify.onRead());
        ActivationSource other = evalData == null ? null : openOther(source)) {
      SweepTask task = task(source);
      ActivationSource measured = measured(task.rows(), source, other);
      if (dryRun) {
        sae.console().result(task.plan(source));
        return ExitCode.OK;
      }
      requireFree();
      task.passes(source); // rejects options that do not fit before anything is written
      String howToResume = resume ? sae.commandLineWith() : sae.commandLineWith("--resume");
      SweepResult result =
          task.train(sae.console(), source, start(), howToResume, () -> sae.logInto(out));
      if (!result.completed()) {
        return ExitCode.INTERRUPTED;
      }
      if (!result.trained().isEmpty()) {
        sae.console().result(task.measure(sae.console(), source, result, measured).toText());
      }
      return SweepTask.anyDiverged(result) ? ExitCode.WRONG_INPUT : ExitCode.OK;
    }
  }

  @Override
  public MemoryNeed memory() throws IOException {
    try (ActivationSource source = ActivationSources.open(data.path(), tensor)) {
      List<SweepPass> passes = task(source).passes(source, MemoryLimits.ofMachine());
      return MemoryNeed.exactly(passes.stream().map(SweepPass::memory).toList());
    }
  }

  private TrainingRows rows() {
    return new TrainingRows(data.path(), tensor, holdout);
  }

  private int most() {
    if (together != null && together < 1) {
      throw new IllegalArgumentException("--together must be at least 1, got " + together);
    }
    return together == null ? Integer.MAX_VALUE : together;
  }

  private SweepTask task(ActivationSource source) throws IOException {
    return new SweepTask(rows(), out, runs(source.width()), most());
  }

  /** Returns the requested runs, plus the existing ones if a sweep is resumed. */
  private SweepRuns runs(int nIn) throws IOException {
    Map<String, List<String>> given = ListedOptions.given(spec.commandLine().getParseResult());
    boolean asked = grid != null || !given.isEmpty();
    if (!resume) {
      return SweepRuns.of(given, grid, nIn);
    }
    SweepRuns stored = SweepRuns.stored(out, nIn);
    return asked ? stored.and(SweepRuns.of(given, grid, nIn)) : stored;
  }

  private void requireFree() {
    SweepTask.requireOwn(out);
    if (!resume && !overwrite && SweepRuns.exist(out)) {
      throw new IllegalArgumentException(
          out
              + " already holds a sweep: resume it or add runs with --resume, replace runs with"
              + " --overwrite, or choose another directory");
    }
  }

  private TrainTask.Start start() {
    if (resume) {
      return TrainTask.Start.RESUME;
    }
    return overwrite ? TrainTask.Start.OVERWRITE : TrainTask.Start.NEW;
  }

  private ActivationSource openOther(ActivationSource source) throws IOException {
    ActivationSource other = ActivationSources.open(evalData.path(), tensor, verify.onRead());
    if (other.width() != source.width()) {
      other.close();
      throw new IllegalArgumentException(
          "--eval-data: %s has rows of width %d, but --data has rows of width %d"
              .formatted(other.description(), other.width(), source.width()));
    }
    return other;
  }

  private ActivationSource measured(
      TrainingRows rows, ActivationSource source, ActivationSource otherOrNull) throws IOException {
    if (otherOrNull == null && evalRows == null && rows.trained(source).rows() == source.rows()) {
      throw new IllegalArgumentException(
          "--holdout "
              + holdout
              + " leaves no rows to evaluate on: name some with --eval-rows or --eval-data");
    }
    ActivationSource from = otherOrNull == null ? source : otherOrNull;
    String range = evalRows == null ? otherOrNull == null ? "holdout" : "all" : evalRows;
    Path place = otherOrNull == null ? data.path() : evalData.path();
    return RowRange.parse("--eval-rows", range)
        .of(from, place, rows.provenance(source), sae.console());
  }
}
