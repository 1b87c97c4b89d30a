package io.github.sae4j.onnx;

import io.github.sae4j.cuda.Devices;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.splice.Intervention;
import io.github.sae4j.text.TextFaults;
import io.github.sae4j.text.TextSource;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Runs texts through a model with a tensor replaced and compares the resulting text embeddings. The
 * embedding is the output if that has one row per text, otherwise the mean of the rows of the
 * text's tokens. Rows of special tokens are not replaced unless the configuration keeps them, as in
 * a harvest.
 */
public final class Splicer implements Closeable {
  private final HarvestConfig config;
  private final Tokenization tokenization;
  private final SplicedModel model;
  private final Devices.Choice device;
  private final boolean padded;
  private final String tensor;
  private TextFaults faults = new TextFaults();

  /**
   * Loads the model.
   *
   * @param config a configuration that names exactly one tensor
   * @param outputOrNull the model's output to compare; null for the first
   * @throws IllegalArgumentException if the model cannot be cut at the tensor, or a GPU that the
   *     configuration asks for cannot be used
   */
  public Splicer(HarvestConfig config, String outputOrNull) throws IOException {
    if (config.tensors().size() != 1) {
      throw new IllegalArgumentException(
          "exactly one tensor can be replaced, got " + config.tensors());
    }
    this.config = config;
    this.tensor = config.tensors().get(0);
    OnnxModelFile file = OnnxModelFile.read(config.model());
    this.padded = TextInputs.hasMask(file);
    String output = outputOrNull == null ? file.outputs().get(0) : outputOrNull;
    this.device = ModelDevices.ofThisMachine().choose(config.device());
    this.model = new SplicedModel(file, tensor, output, device.gpu());
    try {
      OnnxModelFile part = OnnxModelFile.of(file.file(), file.withOutputs(List.of(output)));
      int maxTokens = config.maxTokens(PositionTable.longestText(part));
      this.tokenization = Tokenization.open(config.tokenizer(), maxTokens);
    } catch (IOException | RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** Returns where the model runs, and why there. */
  public Devices.Choice device() {
    return device;
  }

  /**
   * Returns the width of the tensor's rows.
   *
   * @throws IllegalArgumentException if the tensor is not {@code [batch, sequence, width]}
   */
  public int width() throws IOException {
    return model.width();
  }

  /** Compares the interventions without reporting each text. */
  public List<SpliceOutcome> run(
      TextSource texts, float[] mean, List<Intervention> interventions, LongConsumer progress)
      throws IOException, InterruptedException {
    return run(texts, mean, interventions, each -> {}, progress);
  }

  /**
   * Compares the interventions, as well as mean and zero ablation, with the unchanged model.
   *
   * @param mean mean of the tensor's rows, {@code [width]}, for the mean ablation
   * @param each receives the outcome of each text, in order
   * @param progress receives the number of texts done
   * @return outcomes of the mean and zero ablations, then of the interventions in their order
   * @throws IllegalArgumentException if the mean or an intervention is for rows of another width
   */
  public List<SpliceOutcome> run(
      TextSource texts,
      float[] mean,
      List<Intervention> interventions,
      Consumer<SplicedText> each,
      LongConsumer progress)
      throws IOException, InterruptedException {
    List<Intervention> all = new ArrayList<>(List.of(Intervention.mean(mean), Intervention.zero()));
    all.addAll(interventions);
    all.forEach(one -> requireWidth(one, mean.length));
    List<SpliceTally> tallies = all.stream().map(one -> new SpliceTally(one, mean)).toList();
    WindowReader windows = windows(texts, mean.length);
    long done = 0;
    for (Optional<Window> window = windows.next(); window.isPresent(); window = windows.next()) {
      IdentityHashMap<Document, SplicedText> results = new IdentityHashMap<>();
      for (List<Document> batch : window.get().batches(config.tokensPerBatch(), padded)) {
        compare(batch, mean.length, tallies, results);
        done += batch.size();
        progress.accept(done);
      }
      window.get().documents().stream()
          .filter(results::containsKey)
          .forEach(document -> each.accept(results.get(document)));
    }
    if (done == 0) {
      throw new IllegalArgumentException("there are no texts");
    }
    faults = windows.faults().plus(texts.faults());
    double ofMean = tallies.get(0).lost();
    double ofZero = tallies.get(1).lost();
    return tallies.stream().map(tally -> tally.outcome(ofMean, ofZero)).toList();
  }

  private void requireWidth(Intervention intervention, int width) {
    if (intervention.width() != 0 && intervention.width() != width) {
      throw new IllegalArgumentException(
          "%s has rows of %d values, but '%s' is for rows of %d"
              .formatted(tensor, width, intervention.name(), intervention.width()));
    }
  }

  /** Returns the faults in the texts of the last run, including those of skipped texts. */
  public TextFaults faults() {
    return faults;
  }

  private WindowReader windows(TextSource texts, int width) {
    return new WindowReader(texts, tokenization, config, List.of(new TensorShape(tensor, width)));
  }

  /** Returns the mean row of the tensor over texts, {@code [width]}. */
  public float[] mean(TextSource texts, int width) throws IOException, InterruptedException {
    WindowReader windows = windows(texts, width);
    double[] sum = new double[width];
    long rows = 0;
    for (Optional<Window> window = windows.next(); window.isPresent(); window = windows.next()) {
      for (List<Document> documents : window.get().batches(config.tokensPerBatch(), padded)) {
        PaddedBatch batch = PaddedBatch.of(documents);
        float[] values =
            gather(documents, batch, run(documents, batch, width).activations(), width);
        for (int i = 0; i < values.length; i++) {
          sum[i % width] += values[i];
        }
        rows += values.length / width;
      }
    }
    float[] mean = new float[width];
    for (int j = 0; j < width; j++) {
      mean[j] = (float) (sum[j] / Math.max(1, rows));
    }
    return mean;
  }

  private ModelValues run(List<Document> documents, PaddedBatch batch, int width)
      throws IOException {
    ModelValues values;
    try {
      values = model.run(batch);
    } catch (MalformedFileException e) {
      throw new IllegalArgumentException(
          "the model fails on a batch of texts of up to %,d tokens, the longest of them %s: %s"
              .formatted(batch.length(), documents.get(0).text().id(), e.getMessage()),
          e);
    }
    int cells = batch.texts() * batch.length();
    if (values.activations().length != cells * width) {
      throw new IllegalArgumentException(
          "%s has rows of %d values, expected %d"
              .formatted(tensor, values.activations().length / cells, width));
    }
    return values;
  }

  private void compare(
      List<Document> documents,
      int width,
      List<SpliceTally> tallies,
      Map<Document, SplicedText> results)
      throws IOException {
    PaddedBatch batch = PaddedBatch.of(documents);
    ModelValues original = run(documents, batch, width);
    List<float[]> embeddings = embeddings(documents, batch, original.output(), original.shape());
    float[] rows = gather(documents, batch, original.activations(), width);
    int count = rows.length / width;
    List<List<SplicedText.Outcome>> outcomes = new ArrayList<>();
    documents.forEach(document -> outcomes.add(new ArrayList<>()));
    for (SpliceTally tally : tallies) {
      float[] changed = rows.clone();
      tally.intervention().apply(changed, count);
      float[] spliced = original.activations().clone();
      scatter(documents, batch, changed, spliced, width);
      float[] output = model.run(batch, spliced);
      List<float[]> others = embeddings(documents, batch, output, original.shape());
      int from = 0;
      for (int i = 0; i < documents.size(); i++) {
        int to = from + documents.get(i).rowCount() * width;
        outcomes.get(i).add(tally.count(rows, changed, from, to, embeddings.get(i), others.get(i)));
        from = to;
      }
    }
    for (int i = 0; i < documents.size(); i++) {
      Document document = documents.get(i);
      results.put(
          document,
          new SplicedText(
              document.text().id(),
              document.tokens().length(),
              document.rowCount(),
              outcomes.get(i)));
    }
  }

  private static float[] gather(
      List<Document> documents, PaddedBatch batch, float[] activations, int width) {
    float[] rows = new float[documents.stream().mapToInt(Document::rowCount).sum() * width];
    int at = 0;
    for (int i = 0; i < documents.size(); i++) {
      for (int row = 0; row < documents.get(i).rowCount(); row++) {
        int cell = i * batch.length() + documents.get(i).token(row);
        System.arraycopy(activations, cell * width, rows, at, width);
        at += width;
      }
    }
    return rows;
  }

  private static void scatter(
      List<Document> documents, PaddedBatch batch, float[] rows, float[] activations, int width) {
    int at = 0;
    for (int i = 0; i < documents.size(); i++) {
      for (int row = 0; row < documents.get(i).rowCount(); row++) {
        int cell = i * batch.length() + documents.get(i).token(row);
        System.arraycopy(rows, at, activations, cell * width, width);
        at += width;
      }
    }
  }

  /** Returns one vector per text. */
  private static List<float[]> embeddings(
      List<Document> documents, PaddedBatch batch, float[] output, long[] shape) {
    int size = (int) shape[shape.length - 1];
    List<float[]> embeddings = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      float[] embedding = new float[size];
      int tokens = shape.length == 3 ? documents.get(i).tokens().length() : 1;
      int first = shape.length == 3 ? i * batch.length() : i;
      for (int t = 0; t < tokens; t++) {
        for (int j = 0; j < size; j++) {
          embedding[j] += output[(first + t) * size + j] / tokens;
        }
      }
      embeddings.add(embedding);
    }
    return embeddings;
  }

  @Override
  public void close() throws IOException {
    try (tokenization) {
      model.close();
    }
  }
}
