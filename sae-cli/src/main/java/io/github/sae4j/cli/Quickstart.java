package io.github.sae4j.cli;

import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.dashboard.HtmlReport;
import io.github.sae4j.dashboard.Report;
import io.github.sae4j.eval.ConceptFindings;
import io.github.sae4j.eval.EvalTable;
import io.github.sae4j.eval.TextStudy;
import io.github.sae4j.eval.TextStudyOptions;
import io.github.sae4j.format.DType;
import io.github.sae4j.onnx.HarvestConfig;
import io.github.sae4j.onnx.Harvester;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.store.OnRead;
import io.github.sae4j.text.TextFields;
import io.github.sae4j.text.WordNetCorpus;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainResult;
import io.github.sae4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.factory.Nd4j;

/** Runs each stage of the quick start once. */
final class Quickstart {
  static final String HARVEST = "harvest";
  static final String TRAIN = "train";
  static final String REPORT = "report";

  private static final String TEXTS = "wordnet.jsonl";
  private static final String DUMP = "activations";
  private static final String RUN = "run";

  /** Files that it leaves in its directory besides its state and log. */
  static final List<String> FILES = List.of(TEXTS, DUMP, RUN, REPORT);

  private static final double HOLDOUT = 0.05;
  private static final double NANOS = 1e9;

  private final Console console;
  private final QuickstartData data;
  private final QuickstartSettings settings;
  private final Path out;
  private final String howToGoOn;
  private final Path dump;
  private final Path trainingRun;
  private final Path reportDirectory;
  private QuickstartState state;

  /**
   * @param howToGoOn the command that resumes after Ctrl-C
   */
  Quickstart(
      Console console, QuickstartData data, Path out, QuickstartState state, String howToGoOn) {
    this.console = console;
    this.data = data;
    this.settings = state.settings();
    this.out = out;
    this.state = state;
    this.howToGoOn = howToGoOn;
    this.dump = out.resolve(DUMP);
    this.trainingRun = out.resolve(RUN);
    this.reportDirectory = out.resolve(REPORT);
  }

  /**
   * Runs the unfinished stages; returns the path of the report, or nothing if interrupted by
   * Ctrl-C.
   */
  Optional<Path> run() throws IOException {
    Nd4j.getBackend(); // a machine on which ND4J cannot run is refused before the harvest
    boolean whole = stage(1, HARVEST, this::harvest) && stage(2, TRAIN, this::train);
    if (!whole || !stage(3, REPORT, this::report)) {
      return Optional.empty();
    }
    return Optional.of(reportDirectory.resolve(HtmlReport.PAGE));
  }

  /** A stage; returns its duration in seconds, negative if it was interrupted. */
  private interface Stage {
    double run() throws IOException;
  }

  private boolean stage(int number, String name, Stage stage) throws IOException {
    String label = String.format(Locale.ROOT, "[%d/3] %s", number, name);
    if (state.isFinished(name)) {
      console.note(
          label + ": already done, in " + Words.duration(Math.round(state.secondsOf(name))));
      return true;
    }
    console.note(label);
    double seconds = stage.run();
    if (seconds < 0) {
      return false;
    }
    state = state.finished(out, name, seconds);
    console.note(label + ": done in " + Words.duration(Math.round(seconds)));
    return true;
  }

  private double harvest() throws IOException {
    long start = System.nanoTime();
    Path texts = out.resolve(TEXTS);
    WordNetCorpus.export(data.wordNet(), texts, settings.seed());
    HarvestConfig config =
        HarvestConfig.of(data.model(), data.tokenizer(), List.of(QuickstartData.TENSOR))
            .withMaxTexts(settings.maxTexts());
    HarvestTask task =
        new HarvestTask(
            config,
            texts,
            TextFields.DEFAULTS,
            dump,
            DType.BF16,
            Harvester.ROWS_PER_SHARD,
            HarvestTask.Start.RESUME_OR_OVERWRITE);
    if (!task.run(console, howToGoOn)) {
      return -1;
    }
    Trainer.delete(trainingRun); // results of an older harvest
    return since(start);
  }

  private double train() throws IOException {
    try (ActivationSource rows = ActivationSources.open(dump, QuickstartData.TENSOR)) {
      TrainConfig config = settings.trainConfig(rows.width());
      boolean begun = Files.exists(trainingRun.resolve("config.json"));
      TrainTask task =
          new TrainTask(new TrainingRows(dump, QuickstartData.TENSOR, HOLDOUT), trainingRun);
      TrainResult result =
          task.run(
              console,
              rows,
              config,
              begun ? TrainTask.Start.RESUME : TrainTask.Start.OVERWRITE,
              howToGoOn,
              () -> {});
      return result.completed() ? result.seconds() : -1;
    }
  }

  private double report() throws IOException {
    long start = System.nanoTime();
    TextStudyOptions defaults = TextStudyOptions.DEFAULT;
    ReportTask task =
        new ReportTask(
            trainingRun,
            dump,
            QuickstartData.TENSOR,
            reportDirectory,
            null,
            new TextStudyOptions(
                defaults.maxTexts(),
                defaults.contexts(),
                defaults.batchRows(),
                settings.seed(),
                defaults.fractions(),
                defaults.onNonFinite()),
            OnRead.VERIFY,
            new FiniteOption(),
            new DeviceOption());
    Report report = task.run(console, "sae quickstart").report();
    double seconds = since(start);
    summarise(report, seconds);
    return seconds;
  }

  private void summarise(Report report, double reportSeconds) throws IOException {
    StoredSae stored = StoredRun.readSae(console, trainingRun);
    Map<String, Double> seconds = new LinkedHashMap<>();
    seconds.put(HARVEST, state.secondsOf(HARVEST));
    seconds.put(TRAIN, state.secondsOf(TRAIN));
    seconds.put(REPORT, reportSeconds);
    Optional<ConceptFindings> concepts = report.study().flatMap(TextStudy::concepts);
    new QuickstartSummary(report.evaluation(), stored.provenance().tokensSeen(), seconds, concepts)
        .write(reportDirectory.resolve("summary.json"));
    console.result(EvalTable.render(report.evaluation()).stripTrailing());
    report.study().ifPresent(study -> Words.concepts(study).forEach(console::result));
  }

  private static double since(long startNanos) {
    return (System.nanoTime() - startNanos) / NANOS;
  }
}
