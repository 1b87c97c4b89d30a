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
import io.github.sae4j.store.Pooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
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
      "Convert an SAE to another library's format, or activations of any format to a dump.",
      "",
      "SAE formats: saelens, sparsify, dictionary_learning, gemma-scope, gemma-scope-2,"
          + " llama-scope, openai. Fails if the format cannot express the SAE. See docs/formats.md"
          + " for all formats."
    })
final class ConvertCommand implements Callable<Integer>, PlansMemory {
  private static final Set<String> SAE_OPTIONS = Set.of("--to", "--from", "--fold-decoder-norm");
  private static final Set<String> ROW_OPTIONS =
      Set.of(
          "--tensor", "--model", "--hook", "--dtype", "--rows-per-shard", "--pool", "--unit-norm");

  @ParentCommand private Sae sae;
  @Spec private CommandSpec spec;

  @Option(
      names = "--sae",
      paramLabel = "PATH",
      description = "An SAE in any supported format, or a training run.")
  private Path dictionary;

  @Option(names = "--to", paramLabel = "FORMAT", description = "With --sae: format to write.")
  private String to;

  @Option(
      names = "--from",
      paramLabel = "FORMAT",
      description = "With --sae: its format (default: detected from file names).")
  private String from;

  @Option(
      names = "--fold-decoder-norm",
      description =
          "With --sae: scale latents so that decoder rows have norm 1; reconstructions do not change.")
  private boolean foldDecoderNorm;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      arity = "1..*",
      parameterConsumer = DataFiles.Reader.class,
      description =
          "A dump; .safetensors, .npy, .npz, .pt, .bin or .arrow files; or a directory, list (a,b) or pattern of such files.")
  private DataFiles data;

  @Option(
      names = "--tensor",
      paramLabel = "TENSOR",
      description = "With --data: the tensor or column, if there are several.")
  private String tensor;

  @Option(
      names = "--list-tensors",
      description = "Only list the files' tensors, one per line: name, type and shape.")
  private boolean listTensors;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "With --data: model that the activations come from, for the manifest.")
  private String model;

  @Option(
      names = "--hook",
      paramLabel = "NAME",
      description =
          "With --data: where in the model the activations come from, for the manifest (default: the tensor's name).")
  private String hook;

  @Option(
      names = "--dtype",
      paramLabel = "f32|bf16",
      description = "With --data: type of the stored values (default: f32).")
  private DType dtype;

  @Within(from = 1)
  @Option(
      names = "--rows-per-shard",
      paramLabel = "N",
      description = "With --data: rows per file (default: enough for 64 Mi values).")
  private Integer rowsPerShard;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description = "Output directory, or output file for single-file formats (openai).")
  private Path out;

  @Mixin private PoolingOptions pooling = new PoolingOptions();

  @Mixin private VerifyOption verify = new VerifyOption();

  @Option(names = "--overwrite", description = "Replace --out if it already exists.")
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

  /** Returns one line per tensor; tensors that several files have in common are shown once. */
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
      throw wrong("exactly one of --sae and --data must be given");
    }
    Set<String> others = data == null ? ROW_OPTIONS : SAE_OPTIONS;
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (others.contains(option.longestName())) {
        throw wrong(
            "%s can be used only with %s, not with %s"
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
          out + " already exists: choose another path or use --overwrite");
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
          Optional<Pooling> pools = pooling.pooling();
          if (pools.isPresent()) {
            copy.ofTexts(dump, tensor, pools.get(), done -> progress.update(done, ""));
          } else {
            copy.ofDump(dump, tensor, done -> progress.update(done, ""));
          }
        }
      } else {
        requireNoPooling(path);
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

  private void requireNoPooling(Path path) {
    if (pooling.pooling().isPresent()) {
      throw new IllegalArgumentException(
          "--pool needs a dump with texts, but %s is not a dump".formatted(path));
    }
  }

  @Override
  public MemoryNeed memory() throws IOException {
    return dictionary == null ? MemoryNeed.ofCopying() : MemoryNeed.ofReading(dictionary).twice();
  }
}
