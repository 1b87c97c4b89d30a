package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.checkpoint.Folding;
import io.github.sae4j.checkpoint.SaeFormat;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.DType;
import io.github.sae4j.format.Printable;
import io.github.sae4j.format.TensorInfo;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.store.DumpCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sae convert}. */
@Command(
    name = "convert",
    description = {
      "Write an SAE in another library's format, or activations of any format as a dump.",
      "",
      "Formats of SAEs: saelens, sparsify, dictionary_learning, gemma-scope, gemma-scope-2,",
      "llama-scope, openai. What a format cannot express is an error. docs/formats.md has them all."
    })
final class ConvertCommand implements Callable<Integer>, PlansMemory {
  @ParentCommand private Sae sae;
  @Spec private CommandSpec spec;

  @ArgGroup(multiplicity = "1")
  private Source source;

  /** What is converted. */
  static final class Source {
    @ArgGroup(exclusive = false)
    private SaeOptions dictionary;

    @ArgGroup(exclusive = false)
    private RowOptions rows;
  }

  /** An SAE. */
  static final class SaeOptions {
    @Option(
        names = "--sae",
        required = true,
        paramLabel = "PATH",
        description = "An SAE of any of the formats, or a training run.")
    private Path path;

    @Option(
        names = "--to",
        required = true,
        paramLabel = "FORMAT",
        description = "The format to write.")
    private String to;

    @Option(
        names = "--from",
        paramLabel = "FORMAT",
        description = "The format of --sae (default: by the names of its files).")
    private String from;

    @Option(
        names = "--fold-decoder-norm",
        description = "Scale latents so that decoder rows have norm 1; reconstructions stay.")
    private boolean foldDecoderNorm;
  }

  /** Activations. */
  static final class RowOptions {
    @Option(
        names = "--data",
        required = true,
        paramLabel = "PATH",
        description =
            "A dump; a .safetensors, .npy, .npz, .pt, .bin or .arrow file, a directory, list"
                + " (a,b) or pattern ('dir/*.pt') of them.")
    private Path path;

    @Option(
        names = "--tensor",
        paramLabel = "TENSOR",
        description = "The tensor or column, where there are several.")
    private String tensor;

    @Option(
        names = "--list-tensors",
        description = "Only print the tensors of the file, one a line: name, type and shape.")
    private boolean listTensors;

    @Option(
        names = "--model",
        paramLabel = "NAME",
        defaultValue = "",
        description = "The model that the activations are of, for the manifest.")
    private String model;

    @Option(
        names = "--hook",
        paramLabel = "NAME",
        description = "Where in the model they are from, for the manifest (default: the tensor).")
    private String hook;

    @Option(
        names = "--dtype",
        paramLabel = "f32|bf16",
        defaultValue = "f32",
        description = "How values are stored (default: ${DEFAULT-VALUE}).")
    private DType dtype;

    @Option(
        names = "--rows-per-shard",
        paramLabel = "N",
        description = "Rows in each file (default: as many as 64 Mi values).")
    private int rowsPerShard;
  }

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description = "The directory to write; the file, where the format is one (openai).")
  private Path out;

  @Mixin private VerifyOption verify = new VerifyOption();

  @Option(names = "--overwrite", description = "Replace what is at --out.")
  private boolean overwrite;

  @Override
  public Integer call() throws IOException {
    if (source.rows != null && source.rows.listTensors) {
      listTensors(source.rows.path);
      return ExitCode.OK;
    }
    if (out == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--out=PATH'");
    }
    if (source.dictionary != null) {
      convert(source.dictionary);
    } else {
      convert(source.rows);
    }
    return ExitCode.OK;
  }

  private void listTensors(Path file) throws IOException {
    for (TensorInfo tensor : ActivationSources.tensors(file)) {
      sae.console()
          .result(
              "%s  %s %s"
                  .formatted(Printable.escaped(tensor.name()), tensor.dtype(), tensor.shape()));
    }
  }

  private void convert(SaeOptions options) throws IOException {
    SaeFormat target = SaeFormat.named(options.to);
    if (Files.exists(out) && !overwrite) {
      throw new IllegalArgumentException(
          out + " exists already: choose another place or --overwrite it");
    }
    if (Files.exists(out) && SaeFormat.at(out).isEmpty()) {
      throw new IllegalArgumentException(out + " is no SAE, and is not replaced");
    }
    StoredSae stored =
        options.from == null
            ? StoredRun.readSae(options.path)
            : SaeFormat.named(options.from).read(StoredRun.saeDirectory(options.path));
    if (options.foldDecoderNorm) {
      stored = new StoredSae(Folding.decoderNorms(stored.sae()), stored.provenance());
    }
    if (Files.exists(out) && target.isFile() == Files.isDirectory(out)) {
      AtomicFiles.deleteTree(out);
    }
    target.write(out, stored);
    sae.console()
        .note(
            "wrote %s of %,d -> %,d in the format %s to %s"
                .formatted(
                    stored.sae().variant().name(),
                    stored.sae().nIn(),
                    stored.sae().nLatents(),
                    target.label(),
                    out));
  }

  private void convert(RowOptions options) throws IOException {
    DumpCopy copy = new DumpCopy(out, options.dtype, options.rowsPerShard, overwrite);
    try (ActivationSource rows =
            StoredRun.openRows(options.path, options.tensor, Provenance.UNKNOWN, verify.onRead());
        Progress progress = Progress.start(sae.console(), "convert", "rows", 0, rows.rows())) {
      if (StoredRun.isDump(options.path)) {
        try (ActivationDump dump = ActivationDump.open(options.path, verify.onRead())) {
          copy.ofDump(dump, options.tensor, done -> progress.update(done, ""));
        }
      } else {
        String hook = options.hook != null ? options.hook : options.tensor;
        copy.ofRows(
            rows, options.model, hook == null ? "" : hook, done -> progress.update(done, ""));
      }
    }
    sae.console().note("wrote " + out);
  }

  @Override
  public MemoryNeed memory() throws IOException {
    if (source.dictionary != null) {
      return MemoryNeed.ofReading(source.dictionary.path).twice();
    }
    return MemoryNeed.ofCopying();
  }
}
