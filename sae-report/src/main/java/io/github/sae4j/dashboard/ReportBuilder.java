package io.github.sae4j.dashboard;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.eval.EvalReport;
import io.github.sae4j.eval.NearestLatents;
import io.github.sae4j.eval.Progress;
import io.github.sae4j.eval.TextStudy;
import io.github.sae4j.eval.TextStudyOptions;
import io.github.sae4j.store.ActivationDump;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/**
 * Collects the contents of a {@link Report}.
 *
 * <pre>{@code
 * Report report = new ReportBuilder(sae, evaluation)
 *     .model("all-MiniLM-L6-v2", "/encoder/layer.2/output/LayerNorm/Add_1_output_0")
 *     .texts(dump, tensor, TextStudyOptions.DEFAULT)
 *     .curves(TrainingCurves.read(run.resolve("metrics.jsonl")))
 *     .build(Progress.NONE);
 * HtmlReport.write(directory, report);
 * }</pre>
 */
public final class ReportBuilder {
  private static final int NEIGHBOURS = 6;

  private final SparseAutoencoder sae;
  private final EvalReport evaluation;
  private String model = "";
  private String tensor = "";
  private long tokens;
  private boolean heldOut;
  private TrainingCurves curves;
  private ActivationDump dump;
  private String dumpTensor;
  private String version = "";
  private String command = "";
  private TextStudyOptions options = TextStudyOptions.DEFAULT;

  /**
   * @param evaluation an evaluation of this dictionary
   * @throws IllegalArgumentException if the evaluation has a different number of latents
   */
  public ReportBuilder(SparseAutoencoder sae, EvalReport evaluation) {
    this.sae = Objects.requireNonNull(sae, "sae");
    this.evaluation = Objects.requireNonNull(evaluation, "evaluation");
    if (evaluation.latents().nLatents() != sae.nLatents()) {
      throw new IllegalArgumentException(
          "the evaluation covers %d latents, but the SAE has %d"
              .formatted(evaluation.latents().nLatents(), sae.nLatents()));
    }
  }

  /** Sets the names shown in the header. */
  public ReportBuilder model(String name, String tensorName) {
    model = Objects.requireNonNull(name, "name");
    tensor = Objects.requireNonNull(tensorName, "tensorName");
    return this;
  }

  /**
   * Sets the number of rows seen in training, counting every pass; defaults to the curves' last
   * count.
   */
  public ReportBuilder tokens(long count) {
    tokens = count;
    return this;
  }

  /** Marks the evaluated rows as held out from training. */
  public ReportBuilder heldOut() {
    heldOut = true;
    return this;
  }

  /**
   * Records which software and command wrote the report.
   *
   * @param toolVersion version of sae4j
   * @param typed the command, without local paths because the report may be shared
   */
  public ReportBuilder writtenBy(String toolVersion, String typed) {
    version = Objects.requireNonNull(toolVersion, "toolVersion");
    command = Objects.requireNonNull(typed, "typed");
    return this;
  }

  /** Adds the logged training curves. */
  public ReportBuilder curves(TrainingCurves logged) {
    curves = logged;
    return this;
  }

  /**
   * Adds contexts and labels from the texts of a dump.
   *
   * @param tensorOrNull the tensor that the dictionary reads; null if the dump has only one
   */
  public ReportBuilder texts(
      ActivationDump texts, String tensorOrNull, TextStudyOptions textOptions) {
    dump = texts;
    dumpTensor = tensorOrNull;
    options = textOptions;
    return this;
  }

  /** Reads the texts, which takes most of the time, and finds the nearest latents. */
  public Report build(Progress progress) throws IOException {
    Optional<TextStudy> study = Optional.empty();
    if (dump != null) {
      long l0 = Math.round(evaluation.reconstruction().l0());
      int randomK = (int) Math.max(1, Math.min(sae.nLatents(), l0));
      study = Optional.of(TextStudy.of(sae, dump, dumpTensor, randomK, options, progress));
    }
    long seen = tokens == 0 && curves != null ? curves.tokens() : tokens;
    ReportHeader header =
        new ReportHeader(
            model, tensor, sae.variant().label(), sae.nIn(), sae.nLatents(), seen, heldOut);
    return new Report(
        new ReportOrigin(version, command, Instant.now().truncatedTo(ChronoUnit.SECONDS)),
        header,
        evaluation,
        study,
        Optional.ofNullable(curves),
        NearestLatents.of(sae, NEIGHBOURS));
  }
}
