package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.dashboard.HtmlReport;
import io.github.sae4j.dashboard.Report;
import io.github.sae4j.dashboard.ReportBuilder;
import io.github.sae4j.dashboard.TrainingCurves;
import io.github.sae4j.eval.EvalReport;
import io.github.sae4j.eval.TextStudyOptions;
import io.github.sae4j.format.DirectoryLock;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.OnRead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A report on an SAE.
 *
 * @param sae the SAE directory or that of its run
 * @param data activations to evaluate on; the texts of a dump are read too
 * @param tensorOrNull which of several tensors
 * @param out the report's directory
 * @param metricsOrNull metrics logged in training; null for the file of the SAE's run, if there is
 *     one
 * @param texts number of texts to read
 * @param onRead whether to check the checksums of a dump
 * @param finite handling of rows that are not finite
 * @param device where rows are encoded
 */
record ReportTask(
    Path sae,
    Path data,
    String tensorOrNull,
    Path out,
    Path metricsOrNull,
    TextStudyOptions texts,
    OnRead onRead,
    FiniteOption finite,
    DeviceOption device) {
  private static final String METRICS = "metrics.jsonl";

  /**
   * The written report.
   *
   * @param page the HTML page
   * @param report its contents
   */
  record Written(Path page, Report report) {}

  /**
   * @param command the command line, for the page's footer
   */
  Written run(Console console, String command) throws IOException {
    StoredSae stored = StoredRun.readSae(console, sae);
    Provenance provenance = stored.provenance();
    if (!provenance.parts().isEmpty()) {
      throw new IllegalArgumentException(
          "a report covers the latents of one tensor, but %s was trained on rows of %s; use 'sae eval' for it"
              .formatted(sae, provenance.partNames()));
    }
    try (ActivationSource source = StoredRun.openRows(data, tensorOrNull, provenance, onRead);
        DirectoryLock lock = DirectoryLock.acquire(out)) {
      HtmlReport.requireFree(out);
      ActivationSource chosen = new RowRange.HeldOut(true).of(source, data, provenance, console);
      ActivationSource rows = finite.of(chosen, sae, console);
      device.apply(console, stored.sae());
      EvalReport evaluation = EvalCommand.evaluate(console, stored, rows);
      ReportBuilder builder =
          new ReportBuilder(stored.sae(), evaluation)
              .model(provenance.model(), provenance.tensor())
              .tokens(provenance.tokensSeen())
              .writtenBy(Version.number(), command);
      if (chosen.rows() < source.rows()) {
        builder.heldOut();
      }
      Optional<Path> metrics = metrics();
      if (metrics.isPresent()) {
        builder.curves(TrainingCurves.read(metrics.get()));
      }
      Report report = withTexts(console, builder, provenance);
      return new Written(HtmlReport.write(out, report), report);
    } finally {
      stored.sae().free();
    }
  }

  private Report withTexts(Console console, ReportBuilder builder, Provenance provenance)
      throws IOException {
    if (!hasTexts()) {
      console.note(data + " has no texts: the report has no contexts and no labels");
      return builder.build(io.github.sae4j.eval.Progress.NONE);
    }
    try (ActivationDump dump = ActivationDump.open(data, onRead);
        ReadingDisplay display = new ReadingDisplay(console)) {
      builder.texts(
          dump,
          StoredRun.tensorIn(data, tensorOrNull, provenance).orElse(null),
          texts.withOnNonFinite(finite.way(sae)));
      return builder.build(display::update);
    }
  }

  private boolean hasTexts() throws IOException {
    if (!StoredRun.isDump(data)) {
      return false;
    }
    try (ActivationDump dump = ActivationDump.open(data)) {
      return dump.hasTexts();
    }
  }

  private Optional<Path> metrics() {
    if (metricsOrNull != null) {
      return Optional.of(metricsOrNull);
    }
    Path inRun = sae.resolve(METRICS);
    Path besideSae = sae.toAbsolutePath().resolveSibling(METRICS);
    if (Files.exists(inRun)) {
      return Optional.of(inRun);
    }
    return Optional.of(besideSae).filter(Files::exists);
  }

  /** Shows how many rows of the texts have been read; their total is known from the first batch. */
  private static final class ReadingDisplay implements AutoCloseable {
    private final Console console;
    private Progress progress;

    ReadingDisplay(Console console) {
      this.console = console;
    }

    void update(long done, long total) {
      if (progress == null) {
        progress = Progress.start(console, "texts", "rows", 0, total);
      }
      progress.update(done, "");
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
