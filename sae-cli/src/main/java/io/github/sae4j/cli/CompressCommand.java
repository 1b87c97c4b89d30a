package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.apply.compress.CompressionReport;
import io.github.sae4j.apply.compress.CompressionSettings;
import io.github.sae4j.apply.compress.Compressor;
import io.github.sae4j.apply.compress.ErrorBound;
import io.github.sae4j.apply.compress.Quantisation;
import io.github.sae4j.apply.compress.SaezFile;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sae compress}. */
@Command(
    name = "compress",
    description = {
      "Compress activations to a .saez file: the SAE's codes, rounded and packed.",
      "",
      "'sae decompress' needs the same SAE. See docs/formats.md for the format."
    })
final class CompressCommand implements Callable<Integer>, PlansMemory {
  @ParentCommand private Sae sae;

  @Option(
      names = "--sae",
      required = true,
      paramLabel = "DIR",
      description = "An SAE in any supported format, or a training run; not a transcoder.")
  private Path directory;

  @Mixin private DataOptions data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The .saez file to write.")
  private Path out;

  @Option(
      names = "--rows",
      paramLabel = "RANGE",
      description =
          "Rows to compress: 'holdout' for the rows held out from training, 'all' or FROM:TO (default: all).")
  private String rows = "all";

  @Within(from = Quantisation.LEAST_BITS, to = Quantisation.MOST_BITS)
  @Option(
      names = "--bits",
      paramLabel = "N",
      description = "Bits per activation before entropy coding (default: ${DEFAULT-VALUE}).")
  private int bits = Quantisation.DEFAULT.bits();

  @Option(
      names = "--scale",
      paramLabel = "SCALE",
      description =
          "What shares a scale, the magnitude that these bits span: latent, row or block (default: block). The scale of a block gives the fewest bytes for the same FVU, that of a latent the same relative error to rare latents.")
  private Quantisation.Scale scale = Quantisation.DEFAULT.scale();

  @Option(
      names = "--max-error",
      paramLabel = "E|E%%",
      description =
          "Also store corrections, so that no value is off by more than E or, if E ends in %%, by more than that percentage of its row's largest magnitude.")
  private ErrorBound maxError;

  @Within(from = 1, to = 65536)
  @Option(
      names = "--block-rows",
      paramLabel = "N",
      description =
          "Rows per block, the unit of reading (default: ${DEFAULT-VALUE}); fewer if rows are wide.")
  private int blockRows = CompressionSettings.BLOCK_ROWS;

  @Within(from = 1, to = 19)
  @Option(
      names = "--level",
      paramLabel = "N",
      description = "Zstandard compression level, 1 to 19 (default: ${DEFAULT-VALUE}).")
  private int level = CompressionSettings.LEVEL;

  @Mixin private EncoderOptions encoder;

  @Mixin private FiniteOption finite = new FiniteOption();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the sizes and errors to this file as JSON; '-' is standard output.")
  private Path json;

  @Option(names = "--overwrite", description = "Replace --out if it is a .saez file.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    RowRange range = RowRange.parse("--rows", rows);
    encoder.pursuit(); // rejects options that cannot be combined before anything is read
    ReplacedFile.require(out, overwrite, SaezFile::isAt, "a .saez file");
    StoredSae stored = StoredRun.readSae(sae.console(), directory);
    Provenance provenance = stored.provenance();
    CompressionSettings settings =
        new CompressionSettings(
            new Quantisation(bits, scale),
            Optional.ofNullable(maxError),
            encoder.pursuit(stored.sae().nLatents()),
            blockRows,
            level,
            provenance.model(),
            provenance.tensor());
    Compressor compressor = new Compressor(stored.sae(), settings);
    try (ActivationSource source = data.open(provenance)) {
      ActivationSource chosen =
          finite.of(
              range.of(source, data.path(), provenance, sae.console()), directory, sae.console());
      report(compress(compressor, chosen));
    }
    return ExitCode.OK;
  }

  private CompressionReport compress(Compressor compressor, ActivationSource chosen)
      throws IOException {
    try (Progress progress = Progress.start(sae.console(), "compress", "rows", 0, chosen.rows())) {
      return compressor.write(chosen, out, done -> progress.update(done, ""));
    }
  }

  private void report(CompressionReport report) throws IOException {
    String text =
        String.format(
            Locale.ROOT,
            "wrote %s: %s in %,d bytes%n%.3f bits per value, %.1f times smaller than float32%nFVU %.4f, largest error %.4g, L0 %.1f",
            out,
            Words.counted(report.rows(), "row"),
            report.bytes(),
            report.bitsPerDimension(),
            report.ratio(),
            report.fvu(),
            report.largestError(),
            report.l0());
    new JsonOutput(sae.console(), json).report(text, report.toJson());
  }

  @Override
  public MemoryNeed memory() throws IOException {
    MemoryNeed reading = MemoryNeed.ofReading(directory);
    return encoder.pursuit().isEmpty() ? reading : reading.withPursuit(directory);
  }
}
