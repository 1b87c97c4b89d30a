package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.checkpoint.Folding;
import io.github.sae4j.checkpoint.SaeFormat;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.DType;
import io.github.sae4j.format.DirectoryLock;
import io.github.sae4j.format.TensorInfo;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.store.DumpCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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
  private static final Set<String> SAE_OPTIONS = Set.of("--to", "--from", "--fold-decoder-norm");
  private static final Set<String> ROW_OPTIONS =
      Set.of("--tensor", "--model", "--hook", "--dtype", "--rows-per-shard");

  @ParentCommand private Sae sae;
  @Spec private CommandSpec spec;

  @Option(
      names = "--sae",
      paramLabel = "PATH",
      description = "An SAE of any of the formats, or a training run.")
  private Path dictionary;

  @Option(names = "--to", paramLabel = "FORMAT", description = "--sae: the format to write.")
  private String to;

  @Option(
      names = "--from",
      paramLabel = "FORMAT",
      description = "--sae: its format (default: by the names of its files).")
  private String from;

  @Option(
      names = "--fold-decoder-norm",
      description = "--sae: scale latents so that decoder rows have norm 1; reconstructions stay.")
  private boolean foldDecoderNorm;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      arity = "1..*",
      parameterConsumer = DataFiles.Reader.class,
      description =
          "A dump; .safetensors, .npy, .npz, .pt, .bin or .arrow files; a directory, list (a,b) or"
              + " pattern of them.")
  private DataFiles data;

  @Option(
      names = "--tensor",
      paramLabel = "TENSOR",
      description = "--data: the tensor or column, where there are several.")
  private String tensor;

  @Option(
      names = "--list-tensors",
      description = "Only list the tensors of the files: name, type and shape, one a line.")
  private boolean listTensors;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "--data: the model that the activations are of, for the manifest.")
  private String model;

  @Option(
      names = "--hook",
      paramLabel = "NAME",
      description =
          "--data: where in the model they are from, for the manifest (default: the tensor).")
  private String hook;

  @Option(
      names = "--dtype",
      paramLabel = "f32|bf16",
      description = "--data: how values are stored (default: f32).")
  private DType dtype;

  @Within(from = 1)
  @Option(
      names = "--rows-per-shard",
      paramLabel = "N",
      description = "--data: rows in each file (default: as many as 64 Mi values).")
  private Integer rowsPerShard;

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
    requireOneOf();
    if (listTensors) {
      tensors().forEach(sae.console()::result);
      return ExitCode.OK;
    }
    if (out == null) {
      throw wrong("Missing required option: '--out=PATH'");
    }
    if (dictionary != null) {
      convertDictionary();
    } else {
      convertRows();
    }
    return ExitCode.OK;
  }

  /** A line each; what several files have in common is shown once. */
  private Set<String> tensors() throws IOException {
    List<String> files = data == null ? List.of(dictionary.toString()) : data.values();
    Set<String> lines = new LinkedHashSet<>();
    for (String file : files) {
      for (TensorInfo tensor : ActivationSources.tensors(Path.of(file))) {
        lines.add("%s  %s %s".formatted(tensor.name(), tensor.dtype(), tensor.shape()));
      }
    }
    return lines;
  }

  private void requireOneOf() {
    if ((dictionary == null) == (data == null)) {
      throw wrong("name what to convert: either --sae or --data");
    }
    Set<String> others = data == null ? ROW_OPTIONS : SAE_OPTIONS;
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (others.contains(option.longestName())) {
        throw wrong(
            "%s goes with %s, not with %s"
                .formatted(
                    option.longestName(),
                    data == null ? "--data" : "--sae",
                    data == null ? "--sae" : "--data"));
      }
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private void convertDictionary() throws IOException {
    if (to == null) {
      throw wrong("Missing required option: '--to=FORMAT'");
    }
    SaeFormat target = named("--to", to);
    if (Files.isRegularFile(out)) {
      convertDictionary(target); // a file is replaced in one step
      return;
    }
    try (DirectoryLock lock = DirectoryLock.acquire(out)) {
      convertDictionary(target);
    }
  }

  private static SaeFormat named(String option, String format) {
    try {
      return SaeFormat.named(format);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }

  private void convertDictionary(SaeFormat target) throws IOException {
    if (Files.exists(out) && !overwrite) {
      throw new IllegalArgumentException(
          out + " exists already: choose another place or --overwrite it");
    }
    SaeFormat.requireReplaceable(out);
    StoredSae stored =
        from == null
            ? StoredRun.readSae(sae.console(), dictionary)
            : named("--from", from).read(StoredRun.saeDirectory(dictionary));
    if (foldDecoderNorm) {
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

  private void convertRows() throws IOException {
    DumpCopy copy =
        new DumpCopy(
            out,
            dtype == null ? DType.F32 : dtype,
            rowsPerShard == null ? 0 : rowsPerShard,
            overwrite);
    Path path = data.path();
    try (ActivationSource rows =
            StoredRun.openRows(path, tensor, Provenance.UNKNOWN, verify.onRead());
        Progress progress = Progress.start(sae.console(), "convert", "rows", 0, rows.rows())) {
      if (StoredRun.isDump(path)) {
        try (ActivationDump dump = ActivationDump.open(path, verify.onRead())) {
          copy.ofDump(dump, tensor, done -> progress.update(done, ""));
        }
      } else {
        String place = hook != null ? hook : tensor;
        copy.ofRows(
            rows,
            model == null ? "" : model,
            place == null ? "" : place,
            done -> progress.update(done, ""));
      }
    }
    sae.console().note("wrote " + out);
  }

  @Override
  public MemoryNeed memory() throws IOException {
    return dictionary == null ? MemoryNeed.ofCopying() : MemoryNeed.ofReading(dictionary).twice();
  }
}
