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
    description = "Measure an SAE: what it loses, how sparse it is, which latents are dead.")
final class EvalCommand implements Callable<Integer>, PlansMemory {
  @ParentCommand private Sae sae;

  @Option(
      names = "--sae",
      required = true,
      paramLabel = "DIR",
      description = "An SAE of any known format, or a training run.")
  private Path directory;

  @Mixin private DataOptions data;

  @Option(
      names = "--rows",
      paramLabel = "RANGE",
      description =
          "'holdout' for the rows that training did not see, 'all' or FROM:TO"
              + " (default: holdout, or all where the SAE does not name rows of this --data).")
  private String rows;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the numbers here too; '-' is standard output.")
  private Path json;

  @Option(
      names = "--truth",
      paramLabel = "FILE[:TENSOR]",
      description =
          "True directions, one a row (.safetensors, .npy, .npz or .pt), where they are known: shows"
              + " how many of them the decoder found (MCC, MMCS). Of several tensors, name one.")
  private String truth;

  @Mixin private FiniteOption finite = new FiniteOption();

  @Mixin private EncoderOptions encoder;

  @Override
  public Integer call() throws IOException {
    RowRange range = rows == null ? new RowRange.HeldOut(true) : RowRange.parse("--rows", rows);
    encoder.pursuit(); // refuses what does not go together before anything is read
    StoredSae stored = StoredRun.readSae(sae.console(), directory);
    Optional<Pursuit> pursuit = encoder.pursuit(stored.sae().nLatents());
    TrueDirections directions = truth == null ? null : directions(stored);
    try (ActivationSource source = data.open(stored.provenance())) {
      if (rows == null && !RowRange.areKnown(source, stored.provenance())) {
        sae.console()
            .note("no held-out rows known: measuring all " + Words.counted(source.rows(), "row"));
      }
      ActivationSource chosen =
          finite.of(
              range.of(source, data.path(), stored.provenance(), sae.console()),
              directory,
              sae.console());
      if (pursuit.isPresent()) {
        EncoderComparison comparison = compare(stored, pursuit.get(), chosen);
        report(comparison.render(), comparison.toJson(), directions);
      } else {
        EvalReport report = evaluate(sae.console(), stored, chosen);
        report(EvalTable.render(report), report.toJson(), directions);
      }
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
