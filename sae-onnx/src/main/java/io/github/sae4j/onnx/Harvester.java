package io.github.sae4j.onnx;

import io.github.sae4j.cuda.Devices;
import io.github.sae4j.format.DType;
import io.github.sae4j.store.ActivationSink;
import io.github.sae4j.store.Checksums;
import io.github.sae4j.store.DumpInfo;
import io.github.sae4j.store.DumpWriter;
import io.github.sae4j.text.TextFields;
import io.github.sae4j.text.TextSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Runs texts through an ONNX model and collects the activations of some of its tensors, one row per
 * token.
 *
 * <pre>{@code
 * HarvestConfig config = HarvestConfig.of(model, tokenizer, List.of("last_hidden_state"));
 * Harvester.harvest(config, file, dump);
 * }</pre>
 *
 * or, into any sink and with progress:
 *
 * <pre>{@code
 * try (Harvester harvester = new Harvester(config);
 *     TextSource texts = TextSource.open(file, TextFields.DEFAULTS)) {
 *   ActivationSink sink = open a dump of the widths in harvester.tensors();
 *   HarvestReport report = harvester.run(texts, sink, progress -> {});
 * }
 * }</pre>
 *
 * <p>Texts are batched by length, but rows come in the order of the texts. Padding gives no rows; a
 * model without an attention mask gets texts of one length at a time. Which texts share a batch
 * changes values only by rounding.
 */
public final class Harvester implements Closeable {
  /** Rows in each file of a dump, unless chosen otherwise. */
  public static final int ROWS_PER_SHARD = 131_072;

  private final HarvestConfig config;
  private final List<Path> weightFiles;
  private final Tokenization tokenization;
  private final ModelSession session;
  private final Devices.Choice device;
  private final boolean padded;
  private final int maxTokens;

  /**
   * Loads model and tokenizer and checks that they fit together.
   *
   * @throws IllegalArgumentException if a tensor's name is unknown (the message lists close names),
   *     a tensor is not a float tensor {@code [batch, sequence, width]}, the model needs inputs
   *     that a text does not provide or has too few positions, or the tokenizer has more tokens
   *     than the model's embedding table rows, or a GPU that the configuration asks for cannot be
   *     used
   * @throws io.github.sae4j.format.MalformedFileException if one of the files is malformed
   */
  public Harvester(HarvestConfig config) throws IOException {
    this.config = config;
    OnnxModelFile model = OnnxModelFile.read(config.model());
    this.padded = TextInputs.hasMask(model);
    this.device = ModelDevices.ofThisMachine().choose(config.device());
    this.session = new ModelSession(model, config.tensors(), device.gpu());
    try {
      OnnxModelFile part = OnnxModelFile.of(model.file(), model.withOutputs(config.tensors()));
      this.weightFiles = List.copyOf(ExternalWeights.files(part));
      this.maxTokens = config.maxTokens(PositionTable.longestText(part));
      this.tokenization = Tokenization.open(config.tokenizer(), maxTokens);
    } catch (IOException | RuntimeException e) {
      session.close();
      throw e;
    }
    try {
      requireFit(model);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void requireFit(OnnxModelFile model) {
    OptionalLong rows = model.vocabularyRows();
    if (rows.isPresent() && tokenization.vocabularySize() > rows.getAsLong()) {
      throw new IllegalArgumentException(
          String.format(
              "tokenizer %s does not fit model %s: vocabulary of %d, embedding table of %d rows",
              config.tokenizer(), config.model(), tokenization.vocabularySize(), rows.getAsLong()));
    }
  }

  /**
   * Returns the maximum number of tokens per text: the configured limit, or the number of the
   * model's positions.
   */
  public int maxTokens() {
    return maxTokens;
  }

  /**
   * Returns everything that determines the rows of given texts, bit for bit, under readable names:
   * checksums of the files, the settings, the version of ONNX Runtime and the kind of GPU.
   */
  public Map<String, String> origin() throws IOException {
    Map<String, String> origin = new TreeMap<>();
    origin.put("the model's checksum", Checksums.crc32c(config.model()));
    for (Path weights : weightFiles) {
      origin.put("the checksum of " + weights.getFileName(), Checksums.crc32c(weights));
    }
    origin.put("the tokenizer's checksum", Checksums.crc32c(config.tokenizer()));
    origin.put("ONNX Runtime", OrtRuntime.environment().getVersion() + ModelDevices.origin(device));
    origin.put("the list of tensors", config.tensors().toString());
    origin.put("the limit of tokens", "" + maxTokens);
    origin.put("the number of tokens per batch", "" + config.tokensPerBatch());
    origin.put("keeping special tokens", "" + config.keepSpecialTokens());
    origin.put("the limit of rows", limit(config.maxRows()));
    origin.put("the limit of texts", limit(config.maxTexts()));
    return origin;
  }

  private static String limit(long most) {
    return most == HarvestConfig.NO_LIMIT ? "none" : "" + most;
  }

  /** Returns where the model runs, and why there. */
  public Devices.Choice device() {
    return device;
  }

  /** Returns the tensors to harvest and their widths, in the order of the configuration. */
  public List<TensorShape> tensors() {
    return session.tensors();
  }

  /**
   * Describes a dump of this harvest.
   *
   * @param dtype type of the stored values
   */
  public DumpInfo dumpInfo(DType dtype, int rowsPerShard) {
    return new DumpInfo(
        config.model().getFileName().toString(),
        config.tokenizer().getFileName().toString(),
        tensors().stream()
            .map(tensor -> new DumpInfo.Tensor(tensor.name(), tensor.width(), dtype))
            .toList(),
        config.keepSpecialTokens(),
        rowsPerShard);
  }

  /**
   * Harvests a file or directory of texts into a new dump of bfloat16 values.
   *
   * @param texts any texts that {@link TextSource#open} reads, with the default names of fields
   * @param dump the dump to write; an existing dump is replaced
   * @throws IllegalArgumentException as the constructor and {@link #run} do, or if something else
   *     than a dump is in the dump's place
   * @throws InterruptedException if this thread is interrupted
   */
  public static HarvestReport harvest(HarvestConfig config, Path texts, Path dump)
      throws IOException, InterruptedException {
    try (Harvester harvester = new Harvester(config);
        TextSource source = TextSource.open(texts, TextFields.DEFAULTS)) {
      DumpInfo info = harvester.dumpInfo(DType.BF16, ROWS_PER_SHARD);
      return harvester.run(source, DumpWriter.create(dump, info, true), progress -> {});
    }
  }

  /**
   * Harvests the texts. The sink is finished and closed at the end; if anything goes wrong, it is
   * closed without being finished.
   *
   * @param texts the texts, read from the current position; left open
   * @param sink receives a row of each of {@link #tensors()}, in that order
   * @throws IllegalArgumentException if no text gives a row, or a value is not finite; the message
   *     names the text
   * @throws InterruptedException if this thread is interrupted
   */
  public HarvestReport run(TextSource texts, ActivationSink sink, HarvestProgress listener)
      throws IOException, InterruptedException {
    WindowReader windows = new WindowReader(texts, tokenization, config, tensors());
    try (sink) {
      HarvestRun run =
          new HarvestRun(windows, session, config, padded, texts.total(), sink, listener);
      return run.run(maxTokens, texts::faults);
    } catch (ClosedByInterruptException e) {
      Thread.interrupted();
      InterruptedException interrupted = new InterruptedException("interrupted while writing");
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  @Override
  public void close() throws IOException {
    try (tokenization) {
      session.close();
    }
  }
}
