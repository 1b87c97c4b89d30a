package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.apply.compress.SaezFile;
import io.github.sae4j.apply.compress.SaezHeader;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.format.DType;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sae decompress}. */
@Command(
    name = "decompress",
    description = "Reconstruct the activations in a .saez file with the SAE that compressed them.")
final class DecompressCommand implements Callable<Integer>, PlansMemory {
  @ParentCommand private Sae sae;
  @Spec private CommandSpec spec;

  @Option(
      names = "--sae",
      required = true,
      paramLabel = "DIR",
      description = "The SAE given to 'sae compress', in any supported format.")
  private Path directory;

  @Option(names = "--data", required = true, paramLabel = "FILE", description = "The .saez file.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PATH",
      description = "A .npy or .safetensors file, or a dump directory.")
  private Path out;

  @Option(
      names = "--rows",
      paramLabel = "RANGE",
      description = "Rows to reconstruct: 'all' or FROM:TO (default: all).")
  private String rows = "all";

  @Option(
      names = "--dtype",
      paramLabel = "f32|bf16",
      description = "Type of the values in a dump (default: f32).")
  private DType dtype;

  @Option(
      names = "--salvage",
      description =
          "Read a file that is truncated (up to its last complete block) or has a damaged index.")
  private boolean salvage;

  @Option(names = "--overwrite", description = "Replace --out if it already exists.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    RowRange range = RowRange.parseSeen("--rows", rows);
    RowsOut target = RowsOut.of(out);
    if (dtype != null && !target.isDump()) {
      throw new ParameterException(
          spec.commandLine(), "--dtype can be used only for a dump; " + out + " is a file");
    }
    target.requireFree(overwrite);
    try (SaezFile file = open()) {
      StoredSae stored = StoredRun.readSae(sae.console(), directory);
      ActivationSource chosen =
          range.of(file.rows(stored.sae()), data, Provenance.UNKNOWN, sae.console());
      if (chosen.rows() == 0) {
        throw new IllegalArgumentException(data + " has no rows");
      }
      write(target, chosen, file.header());
    }
    sae.console().note("wrote " + out);
    return ExitCode.OK;
  }

  private SaezFile open() throws IOException {
    if (!salvage) {
      return SaezFile.open(data);
    }
    SaezFile file = SaezFile.openWholeBlocks(data);
    sae.console()
        .note(
            "reading %s of %s"
                .formatted(
                    Words.counted(file.rows(), "row"),
                    Words.counted(file.blocks(), "whole block")));
    return file;
  }

  private void write(RowsOut target, ActivationSource chosen, SaezHeader header)
      throws IOException {
    try (Progress progress =
        Progress.start(sae.console(), "decompress", "rows", 0, chosen.rows())) {
      target.write(
          chosen,
          header.model(),
          header.tensor().isEmpty() ? "activations" : header.tensor(),
          dtype == null ? DType.F32 : dtype,
          overwrite,
          done -> progress.update(done, ""));
    }
  }

  @Override
  public MemoryNeed memory() throws IOException {
    return MemoryNeed.ofReading(directory);
  }
}
