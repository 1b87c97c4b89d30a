package io.github.sae4j.cli;

import io.github.sae4j.format.DType;
import io.github.sae4j.onnx.HarvestConfig;
import io.github.sae4j.onnx.Harvester;
import io.github.sae4j.onnx.ModelTensors;
import io.github.sae4j.onnx.ProbedTensor;
import io.github.sae4j.text.TextFields;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sae harvest}. */
@Command(
    name = "harvest",
    description = "Run texts through an ONNX model and save the activations of chosen tensors.")
final class HarvestCommand implements Callable<Integer> {
  @ParentCommand private Sae sae;
  @Spec private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "M.onnx", description = "The model.")
  private Path model;

  @Option(
      names = "--tokenizer",
      paramLabel = "tokenizer.json",
      description = "The model's tokenizer.")
  private Path tokenizer;

  @Option(
      names = "--text",
      paramLabel = "FILE|DIR",
      description =
          "Texts: a JSON Lines file, a JSON array, a single JSON object, or plain text with one text per line; in a directory, each .txt file is one text, and .jsonl, .ndjson and .json files are read as above.")
  private Path text;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description =
          "Tensor to harvest, which must hold floats [batch, sequence, width], or a pattern such as '*LayerNorm*' for all harvestable tensors whose names match. May be repeated.")
  private List<String> tensors = List.of();

  @Option(names = "--out", paramLabel = "DUMP", description = "Output directory.")
  private Path out;

  @Option(
      names = "--list-tensors",
      description =
          "Only list the model's tensors, one per line: name, type and shape; harvestable ones come first, in layer order.")
  private boolean listTensors;

  @Mixin private TextReadingOptions reading = new TextReadingOptions();

  @Option(
      names = "--concepts-field",
      paramLabel = "NAME",
      defaultValue = "concepts",
      description = "JSON field with the text's concepts (default: ${DEFAULT-VALUE}).")
  private String conceptsField;

  @Option(
      names = "--max-texts",
      paramLabel = "N",
      description = "Stop after N texts (default: all).")
  @Within(from = 1)
  private long maxTexts = HarvestConfig.NO_LIMIT;

  @Option(
      names = "--tokens-per-batch",
      paramLabel = "N",
      defaultValue = "" + HarvestConfig.DEFAULT_TOKENS_PER_BATCH,
      description = "Tokens per batch through the model (default: ${DEFAULT-VALUE}).")
  @Within(from = 1)
  private int tokensPerBatch;

  @Mixin private ModelDeviceOption device;

  @Option(
      names = "--keep-special-tokens",
      description = "Keep the rows of special tokens such as [CLS] and [SEP].")
  private boolean keepSpecialTokens;

  @Option(
      names = "--dtype",
      paramLabel = "f32|bf16",
      defaultValue = "f32",
      description = "Type of the stored values (default: ${DEFAULT-VALUE}).")
  private DType dtype;

  @Option(
      names = "--rows-per-shard",
      paramLabel = "N",
      description =
          "Rows per file (default: "
              + Harvester.ROWS_PER_SHARD
              + ", fewer if the tensors have more than 1,024 values per row in total).")
  @Within(from = 1)
  private Integer rowsPerShard;

  @Option(names = "--overwrite", description = "Replace the dump if it already exists.")
  private boolean overwrite;

  @Option(
      names = "--resume",
      description =
          "Finish a harvest that was stopped, with byte-identical results; the other options and all files must be unchanged.")
  private boolean resume;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (listTensors) {
      listTensors();
      return ExitCode.OK;
    }
    require(tokenizer != null, "--tokenizer");
    require(text != null, "--text");
    require(!tensors.isEmpty(), "--tensor");
    require(out != null, "--out");
    HarvestConfig config =
        new HarvestConfig(
            model,
            tokenizer,
            ModelTensors.select(model, tensors),
            reading.maxTokens(),
            tokensPerBatch,
            keepSpecialTokens,
            Runtime.getRuntime().availableProcessors(),
            HarvestConfig.NO_LIMIT,
            maxTexts,
            device.wanted());
    TextFields fields = reading.fields(conceptsField);
    HarvestTask task =
        new HarvestTask(
            config, text, fields, out, dtype, rowsPerShard == null ? 0 : rowsPerShard, start());
    boolean whole = task.run(sae.console(), sae.commandLineWith("--resume"));
    return whole ? ExitCode.OK : ExitCode.INTERRUPTED;
  }

  private HarvestTask.Start start() {
    if (resume && overwrite) {
      throw new ParameterException(
          spec.commandLine(), "--resume cannot be combined with --overwrite");
    }
    if (resume) {
      return HarvestTask.Start.RESUME;
    }
    return overwrite ? HarvestTask.Start.OVERWRITE : HarvestTask.Start.NEW;
  }

  private void listTensors() throws IOException {
    List<ProbedTensor> all = ModelTensors.of(model);
    List<ProbedTensor> first = all.stream().filter(ProbedTensor::isHarvestable).toList();
    List<ProbedTensor> others = all.stream().filter(each -> !each.isHarvestable()).toList();
    int longest = all.stream().mapToInt(each -> each.name().length()).max().orElse(0);
    String line = "%-" + longest + "s  %s";
    first.forEach(each -> sae.console().result(line.formatted(each.name(), each.describe())));
    if (!others.isEmpty()) {
      sae.console().result("");
      sae.console().result("not harvestable, with their shapes for 2 texts of 3 tokens:");
    }
    others.forEach(each -> sae.console().result(line.formatted(each.name(), each.describe())));
  }

  /** Requires an option that is optional only when listing tensors. */
  private void require(boolean given, String option) {
    if (!given) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '" + option + "'");
    }
  }
}
