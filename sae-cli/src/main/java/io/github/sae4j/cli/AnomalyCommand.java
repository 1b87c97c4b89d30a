package io.github.sae4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.Provenance;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.apply.anomaly.AnomalyDetector;
import io.github.sae4j.apply.anomaly.AnomalyScorer;
import io.github.sae4j.apply.anomaly.ConformalCalibration;
import io.github.sae4j.apply.anomaly.ScoreKind;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.cli.RowRange.Between;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sae anomaly}. */
@Command(
    name = "anomaly",
    description = {
      "Find rows unlike those of training, with a guaranteed rate of false alarms, and say what each alarm is due to.",
      "",
      "Calibrate on normal rows that the SAE has not seen (--train, --calibrate, --save) and score new rows (--data, --out), in one call or, with --detector, in two."
    })
final class AnomalyCommand implements Callable<Integer>, PlansMemory {
  @ParentCommand private Sae sae;

  @Option(
      names = "--sae",
      required = true,
      paramLabel = "DIR",
      description =
          "An SAE of normal rows in any supported format, or a training run; not a transcoder.")
  private Path directory;

  @Option(
      names = "--train",
      paramLabel = "ROWS",
      description = "The rows that the SAE was trained on: a dump or a file.")
  private Path train;

  @Option(
      names = "--train-rows",
      paramLabel = "RANGE",
      description = "Which of them: 'all' or FROM:TO (default: all).")
  private String trainRows = "all";

  @Option(
      names = "--calibrate",
      paramLabel = "ROWS",
      description =
          "Normal rows that are not among those of training; at least 1/--false-alarms, better ten times as many.")
  private Path calibration;

  @Option(
      names = "--calibration-rows",
      paramLabel = "RANGE",
      description =
          "Which of them: 'holdout' for the rows held out from training, 'all' or FROM:TO (default: all).")
  private String calibrationRows = "all";

  @Option(
      names = "--score",
      paramLabel = "SCORE",
      description =
          "What decides: ${COMPLETION-CANDIDATES} (default: combined): the error's square, its length as a fraction of the row's, how rare the active latents are, or all three, each ranked among the rows of training.")
  private ScoreKind score;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Save the calibrated detector, for --detector.")
  private Path save;

  @Option(
      names = "--detector",
      paramLabel = "FILE",
      description = "A detector saved before, instead of --train and --calibrate.")
  private Path saved;

  @Option(names = "--data", paramLabel = "ROWS", description = "The rows to score.")
  private Path data;

  @Option(
      names = "--rows",
      paramLabel = "RANGE",
      description = "Which of them: 'holdout', 'all' or FROM:TO (default: all).")
  private String rows = "all";

  @Option(
      names = "--tensor",
      paramLabel = "TENSOR",
      description = "Tensor to use if there are several (default: the one used in training).")
  private String tensor;

  @Within(above = 0, below = 1)
  @Option(
      names = "--false-alarms",
      paramLabel = "RATE",
      description =
          "Fraction of normal rows that may raise an alarm, between 0 and 1 (default: ${DEFAULT-VALUE}).")
  private double falseAlarms = 0.01;

  @Within(from = 1, to = 1000)
  @Option(
      names = "--most",
      paramLabel = "N",
      description =
          "The maximum number of dimensions and of latents that explain an alarm (default: ${DEFAULT-VALUE}).")
  private int most = 5;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Scores, alarms and explanations, a row per line: CSV if the name ends in .csv, otherwise JSON lines.")
  private Path out;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the number of alarms to this file as JSON; '-' is standard output.")
  private Path json;

  @Option(names = "--overwrite", description = "Replace --out and --save if they already exist.")
  private boolean overwrite;

  @Mixin private VerifyOption verify = new VerifyOption();

  @Override
  public Integer call() throws IOException {
    requireOptions();
    StoredSae stored = StoredRun.readSae(sae.console(), directory);
    try {
      requireWidth(stored);
      AnomalyDetector detector =
          saved != null ? AnomalyDetector.read(saved, stored.sae()) : calibrated(stored);
      if (data != null) {
        judge(detector, stored);
      }
    } finally {
      stored.sae().free();
    }
    return ExitCode.OK;
  }

  /** Rejects options that cannot be combined before anything is read. */
  private void requireOptions() throws IOException {
    if (saved != null) {
      require(
          train == null && calibration == null && save == null && score == null,
          "--detector replaces --train, --calibrate, --score and --save: leave these out");
      require(data != null, "--detector needs --data and --out, the rows to score and the result");
    } else {
      require(
          train != null && calibration != null,
          "give --train and --calibrate, or a --detector saved before");
      require(
          data != null || save != null,
          "give --data and --out to score rows, or --save to keep the detector");
    }
    require((data == null) == (out == null), "--data and --out must be given together");
    require(
        json == null || data != null, "--json reports the alarms among --data, which is missing");
    if (out != null) {
      ReplacedFile.require(out, overwrite, JudgementLines::isAt, "a file of scores");
    }
    if (save != null) {
      require(!Files.isDirectory(save), "--save must name a file, but " + save + " is a directory");
      ReplacedFile.require(save, overwrite, AnomalyDetector::isAt, "a detector");
    }
    RowRange.parse("--rows", rows);
    RowRange.parse("--calibration-rows", calibrationRows);
    RowRange.parseSeen("--train-rows", trainRows);
    long least = ConformalCalibration.leastRows(falseAlarms);
    if (least > AnomalyDetector.MOST_CALIBRATION_ROWS) {
      throw new IllegalArgumentException(
          "--false-alarms %s needs %,d calibration rows, but at most %,d are used"
              .formatted(falseAlarms, least, AnomalyDetector.MOST_CALIBRATION_ROWS));
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation is not on the class path
  private static void require(boolean holds, String otherwise, Object... words) {
    if (!holds) {
      throw new IllegalArgumentException(
          words.length == 0 ? otherwise : otherwise.formatted(words));
    }
  }

  /** Rejects rows that do not fit before others are read at length. */
  private void requireWidth(StoredSae stored) throws IOException {
    if (data == null) {
      return;
    }
    try (ActivationSource source = open(data, stored)) {
      AnomalyScorer.requireFit(stored.sae(), source);
    }
  }

  private AnomalyDetector calibrated(StoredSae stored) throws IOException {
    SparseAutoencoder dictionary = stored.sae();
    try (ActivationSource normal = open(train, stored);
        ActivationSource unseen = open(calibration, stored)) {
      ActivationSource known = range("--train-rows", trainRows, normal, train, stored);
      ActivationSource fresh =
          range("--calibration-rows", calibrationRows, unseen, calibration, stored);
      requireApart(normal.rows(), unseen.rows(), stored.provenance());
      long count = Math.min(fresh.rows(), AnomalyDetector.MOST_CALIBRATION_ROWS);
      long least = ConformalCalibration.leastRows(falseAlarms);
      require(
          count >= least,
          "a false-alarm rate of %s needs at least %,d calibration rows, but %s has %,d",
          falseAlarms,
          least,
          fresh.description(),
          count);
      AnomalyScorer scorer;
      try (Progress progress =
          Progress.start(sae.console(), "train rows", "rows", 0, known.rows())) {
        scorer = AnomalyScorer.fit(dictionary, known, done -> progress.update(done, ""));
      }
      AnomalyDetector detector;
      try (Progress progress =
          Progress.start(sae.console(), "calibrate", "rows", 0, fresh.rows())) {
        detector =
            AnomalyDetector.calibrate(
                scorer,
                score == null ? ScoreKind.COMBINED : score,
                fresh,
                done -> progress.update(done, ""));
      }
      if (save != null) {
        detector.write(save);
        sae.console()
            .note(
                "wrote %s, calibrated on %s"
                    .formatted(save, Words.counted(detector.calibration().rows(), "row")));
      }
      return detector;
    }
  }

  /** The guarantee needs calibration rows that were not fitted. */
  private void requireApart(long allTrain, long allCalibration, Provenance provenance)
      throws IOException {
    if (!Files.isSameFile(train, calibration)) {
      return;
    }
    Between known = between(RowRange.parse("--train-rows", trainRows), allTrain, provenance);
    Between fresh =
        between(RowRange.parse("--calibration-rows", calibrationRows), allCalibration, provenance);
    require(
        known.to() <= fresh.from() || fresh.to() <= known.from(),
        "--train and --calibrate share rows of "
            + train
            + ": calibrate on rows that the SAE has not seen (--train-rows, --calibration-rows)");
  }

  private static Between between(RowRange range, long rows, Provenance provenance) {
    if (range instanceof Between some) {
      return some;
    }
    boolean holdout = range instanceof RowRange.HeldOut;
    return new Between(holdout ? provenance.holdoutFrom() : 0, rows);
  }

  private ActivationSource open(Path path, StoredSae stored) throws IOException {
    return StoredRun.openRows(path, tensor, stored.provenance(), verify.onRead());
  }

  private ActivationSource range(
      String option, String text, ActivationSource source, Path path, StoredSae stored)
      throws IOException {
    return RowRange.parse(option, text).of(source, path, stored.provenance(), sae.console());
  }

  private void judge(AnomalyDetector detector, StoredSae stored) throws IOException {
    detector.calibration().requireEnough(falseAlarms);
    long[] alarms = new long[1];
    long count;
    try (ActivationSource source = open(data, stored)) {
      ActivationSource chosen = range("--rows", rows, source, data, stored);
      count = chosen.rows();
      try (Progress progress = Progress.start(sae.console(), "score", "rows", 0, count)) {
        AtomicFiles.write(
            out,
            bytes -> {
              JudgementLines lines = JudgementLines.to(bytes, out);
              detector.judge(
                  chosen,
                  falseAlarms,
                  most,
                  judgement -> {
                    lines.write(judgement);
                    alarms[0] += judgement.isAlarm() ? 1 : 0;
                    progress.update(judgement.row() + 1, "");
                  });
            });
      }
    }
    report(detector, count, alarms[0]);
  }

  private void report(AnomalyDetector detector, long count, long alarms) throws IOException {
    ObjectNode numbers = new ObjectMapper().createObjectNode();
    numbers.put("rows", count);
    numbers.put("alarms", alarms);
    numbers.put("false_alarms_wanted", falseAlarms);
    numbers.put("score", detector.kind().toString());
    numbers.put("threshold", detector.calibration().threshold(falseAlarms));
    numbers.put("calibration_rows", detector.calibration().rows());
    String text =
        String.format(
            Locale.ROOT,
            "%s in %s (%.2f %%); of rows like the calibration's, at most %.4g %% on average raise one%nwrote %s",
            Words.counted(alarms, "alarm"),
            Words.counted(count, "row"),
            100.0 * alarms / count,
            100 * falseAlarms,
            out);
    new JsonOutput(sae.console(), json).report(text, numbers);
  }

  @Override
  public MemoryNeed memory() throws IOException {
    return MemoryNeed.ofReading(directory);
  }
}
