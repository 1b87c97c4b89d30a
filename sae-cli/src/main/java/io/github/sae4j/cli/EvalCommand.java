package io.github.sae4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.eval.EncoderComparison;
import io.github.sae4j.eval.EvalOptions;
import io.github.sae4j.eval.EvalReport;
import io.github.sae4j.eval.EvalTable;
import io.github.sae4j.eval.Evaluator;
import io.github.sae4j.eval.TrueDirections;
import io.github.sae4j.pursuit.Pursuit;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sae eval}. */
@Command(
    name = "eval",
    description =
        "Evaluate an SAE: reconstruction loss, sparsity and dead latents; with --encoder, those of a pursuit beside its own encoder's.")
final class EvalCommand implements Callable<Integer>, PlansMemory {
  @ParentCommand private Sae sae;

  @Option(
      names = "--sae",
      required = true,
      paramLabel = "DIR",
      description = "An SAE in any supported format, or a training run.")
  private Path directory;

  @Mixin private DataOptions data;

  @Option(
      names = "--rows",
      paramLabel = "RANGE",
      description =
          "Rows to use: 'holdout' for the rows held out from training, 'all' or FROM:TO (default: holdout, or all if the SAE has no record of rows held out from this --data).")
  private String rows;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the metrics to this file as JSON; '-' is standard output.")
  private Path json;

  @Option(
      names = "--truth",
      paramLabel = "FILE[:TENSOR]",
      description =
          "True directions, one per row (.safetensors, .npy, .npz or .pt), if known; reports how many of them the decoder found (MCC, MMCS). Name the tensor if there are several.")
  private String truth;

  @Mixin private FiniteOption finite = new FiniteOption();

  @Mixin private EncoderOptions encoder;

  @Mixin private DeviceOption device = new DeviceOption();

  @Override
  public Integer call() throws IOException {
    RowRange range = rows == null ? new RowRange.HeldOut(true) : RowRange.parse("--rows", rows);
    encoder.pursuit(); // rejects options that cannot be combined before anything is read
    StoredSae stored = StoredRun.readSae(sae.console(), directory);
    Optional<Pursuit> pursuit = encoder.pursuit(stored.sae().nLatents());
    TrueDirections directions = truth == null ? null : directions(stored);
    try (ActivationSource source = data.open(stored.provenance())) {
      if (rows == null && !RowRange.areKnown(source, stored.provenance())) {
        sae.console()
            .note("no held-out rows known: evaluating all " + Words.counted(source.rows(), "row"));
      }
      ActivationSource chosen =
          finite.of(
              range.of(source, data.path(), stored.provenance(), sae.console()),
              directory,
              sae.console());
      device.apply(sae.console(), stored.sae());
      if (pursuit.isPresent()) {
        EncoderComparison comparison = compare(stored, pursuit.get(), chosen);
        report(comparison.render(), comparison.toJson(), directions);
      } else {
        EvalReport report = evaluate(sae.console(), stored, chosen);
        report(EvalTable.render(report), report.toJson(), directions);
      }
    } finally {
      stored.sae().free();
    }
    return ExitCode.OK;
  }

  private TrueDirections directions(StoredSae stored) throws IOException {
    try (ActivationSource rows = FileTensor.parse(truth).open()) {
      return TrueDirections.of(stored.sae(), rows);
    }
  }

  private void report(String table, ObjectNode numbers, TrueDirections directionsOrNull)
      throws IOException {
    String all = directionsOrNull == null ? table : table + directionsOrNull.render();
    if (directionsOrNull != null) {
      numbers.set("truth", directionsOrNull.toJson());
    }
    new JsonOutput(sae.console(), json).report(all.stripTrailing(), numbers);
  }

  private EncoderComparison compare(StoredSae stored, Pursuit pursuit, ActivationSource source)
      throws IOException {
    try (Progress progress = Progress.start(sae.console(), "eval", "rows", 0, source.rows())) {
      return Evaluator.compare(
          stored.sae(),
          pursuit,
          source,
          EvalOptions.ALL,
          (done, total) -> progress.update(done, ""));
    }
  }

  static EvalReport evaluate(Console console, StoredSae stored, ActivationSource source)
      throws IOException {
    try (Progress progress = Progress.start(console, "eval", "rows", 0, source.rows())) {
      return Evaluator.evaluate(
          stored.sae(), source, EvalOptions.ALL, (done, total) -> progress.update(done, ""));
    }
  }

  @Override
  public MemoryNeed memory() throws IOException {
    MemoryNeed reading = MemoryNeed.ofReading(directory);
    return encoder.pursuit().isEmpty() ? reading : reading.withPursuit(directory);
  }
}
