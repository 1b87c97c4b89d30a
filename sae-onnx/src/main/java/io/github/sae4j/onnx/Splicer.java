package io.github.sae4j.onnx;

import io.github.sae4j.splice.Intervention;
import io.github.sae4j.text.TextSource;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Runs texts through a model with something else in the place of a tensor, and compares what the
 * model puts out: embeddings of texts, which are the output where it has one row a text, and else
 * the mean of the rows of the text's tokens. Rows of special tokens stay as they are unless they
 * are kept, as in a harvest.
 */
public final class Splicer implements Closeable {
  private final HarvestConfig config;
  private final Tokenization tokenization;
  private final SplicedModel model;
  private final String tensor;

  /**
   * Loads the model.
   *
   * @param config names one tensor
   * @param outputOrNull which of the model's outputs is compared; null for the first
   * @throws IllegalArgumentException if the model cannot be cut there
   */
  public Splicer(HarvestConfig config, String outputOrNull) throws IOException {
    if (config.tensors().size() != 1) {
      throw new IllegalArgumentException("one tensor is replaced, not " + config.tensors());
    }
    this.config = config;
    this.tensor = config.tensors().get(0);
    OnnxModelFile file = OnnxModelFile.read(config.model());
    long maxTokens = Math.min(config.maxTokens(), file.positionRows().orElse(Long.MAX_VALUE));
    this.tokenization = Tokenization.open(config.tokenizer(), (int) maxTokens);
    try {
      String output = outputOrNull == null ? file.outputs().get(0) : outputOrNull;
      this.model = new SplicedModel(file, tensor, output);
    } catch (IOException | RuntimeException e) {
      tokenization.close();
      throw e;
    }
  }

  /**
   * Compares.
   *
   * @param mean of the tensor's rows, {@code [width]}: what the mean ablation puts in
   * @param progress is told how many texts are done
   * @return outcomes of the mean and of zeros, and then of the interventions, in their order
   */
  public List<SpliceOutcome> run(
      TextSource texts, float[] mean, List<Intervention> interventions, LongConsumer progress)
      throws IOException, InterruptedException {
    List<Intervention> all = new ArrayList<>(List.of(Intervention.mean(mean), Intervention.zero()));
    all.addAll(interventions);
    List<SpliceTally> tallies = all.stream().map(each -> new SpliceTally(each, mean)).toList();
    WindowReader windows =
        new WindowReader(
            texts, tokenization, config, List.of(new TensorShape(tensor, mean.length)));
    long done = 0;
    for (Optional<Window> window = windows.next(); window.isPresent(); window = windows.next()) {
      for (List<Document> batch : window.get().batches(config.tokensPerBatch())) {
        compare(batch, mean.length, tallies);
        done += batch.size();
        progress.accept(done);
      }
    }
    if (done == 0) {
      throw new IllegalArgumentException("there is no text");
    }
    double ofMean = tallies.get(0).lost();
    double ofZero = tallies.get(1).lost();
    return tallies.stream().map(tally -> tally.outcome(ofMean, ofZero)).toList();
  }

  /** The mean row of the tensor over texts, {@code [width]}. */
  public float[] mean(TextSource texts, int width) throws IOException, InterruptedException {
    WindowReader windows =
        new WindowReader(texts, tokenization, config, List.of(new TensorShape(tensor, width)));
    double[] sum = new double[width];
    long rows = 0;
    for (Optional<Window> window = windows.next(); window.isPresent(); window = windows.next()) {
      for (List<Document> documents : window.get().batches(config.tokensPerBatch())) {
        PaddedBatch batch = PaddedBatch.of(documents);
        float[] values = gather(documents, batch, run(batch, width).activations(), width);
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

  private ModelValues run(PaddedBatch batch, int width) throws IOException {
    ModelValues values = model.run(batch);
    int cells = batch.texts() * batch.length();
    if (values.activations().length != cells * width) {
      throw new IllegalArgumentException(
          "%s has rows of %d values, but the dictionary's are of %d"
              .formatted(tensor, values.activations().length / cells, width));
    }
    return values;
  }

  private void compare(List<Document> documents, int width, List<SpliceTally> tallies)
      throws IOException {
    PaddedBatch batch = PaddedBatch.of(documents);
    ModelValues original = run(batch, width);
    List<float[]> embeddings = embeddings(documents, batch, original.output(), original.shape());
    float[] rows = gather(documents, batch, original.activations(), width);
    int count = rows.length / width;
    for (SpliceTally tally : tallies) {
      float[] changed = rows.clone();
      tally.intervention().apply(changed, count);
      tally.countRows(rows, changed);
      float[] spliced = original.activations().clone();
      scatter(documents, batch, changed, spliced, width);
      float[] output = model.run(batch, spliced);
      List<float[]> others = embeddings(documents, batch, output, original.shape());
      for (int i = 0; i < embeddings.size(); i++) {
        tally.countText(embeddings.get(i), others.get(i));
      }
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

  /** A vector for each text. */
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
