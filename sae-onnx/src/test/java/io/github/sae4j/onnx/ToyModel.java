package io.github.sae4j.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A text encoder small enough to work out by hand. e(t) is the embedding of token t; sums run over
 * the tokens that the attention mask lets through:
 *
 * <ul>
 *   <li>{@link #EMBEDDINGS} = e(t)
 *   <li>{@link #MIXED} = e(t) + Σ e(s), so that padding would show if it were let through
 *   <li>{@link #OUTPUT} = 2·(e(t) + Σ e(s)) + 1
 *   <li>{@link #SUM} = Σ e(s), of shape [batch, 1, width]; {@link #IDS_SHAPE} holds integers;
 *       {@link #LOGARITHM} = log e(t). They exist to be refused.
 * </ul>
 */
public final class ToyModel {
  public static final String EMBEDDINGS = "/embeddings/Gather_output_0";
  public static final String MIXED = "/encoder/layer.0/mix/Add_output_0";
  public static final String OUTPUT = "last_hidden_state";

  static final String SUM = "/encoder/layer.0/mix/ReduceSum_output_0";
  static final String IDS_SHAPE = "/Shape_output_0";
  static final String LOGARITHM = "/embeddings/Log_output_0";

  private static final String MASK = "/mask/Unsqueeze_output_0";

  private final List<byte[]> inputs = new ArrayList<>();
  private final float[][] embeddings;

  /**
   * @param embeddings {@code [vocabulary, width]}
   */
  public ToyModel(float[][] embeddings) {
    this.embeddings = embeddings;
    input("input_ids", OnnxBytes.INT64);
    input("attention_mask", OnnxBytes.INT64);
  }

  /** Returns embeddings drawn from a normal distribution. */
  public static ToyModel random(int vocabulary, int width, long seed) {
    Random random = new Random(seed);
    float[][] embeddings = new float[vocabulary][width];
    for (float[] row : embeddings) {
      for (int i = 0; i < width; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return new ToyModel(embeddings);
  }

  /** Adds a graph input {@code [batch, sequence]} that nothing reads. */
  ToyModel input(String name, int type) {
    inputs.add(OnnxBytes.value(name, type, "batch", "sequence"));
    return this;
  }

  public Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }

  byte[] bytes() {
    int width = embeddings[0].length;
    float[] table = new float[embeddings.length * width];
    for (int row = 0; row < embeddings.length; row++) {
      System.arraycopy(embeddings[row], 0, table, row * width, width);
    }
    List<byte[]> initializers =
        List.of(
            OnnxBytes.floats("word_embeddings.weight", table, embeddings.length, width),
            OnnxBytes.floats("two", new float[] {2}, 1),
            OnnxBytes.floats("one", new float[] {1}, 1),
            OnnxBytes.longs("last_axis", new long[] {-1}, 1),
            OnnxBytes.longs("sequence_axis", new long[] {1}, 1));
    List<byte[]> outputs =
        List.of(OnnxBytes.value(OUTPUT, OnnxBytes.FLOAT, "batch", "sequence", width));
    return OnnxBytes.model(OnnxBytes.graph(nodes(), initializers, inputs, outputs));
  }

  private static List<byte[]> nodes() {
    return List.of(
        OnnxBytes.node("Shape", List.of("input_ids"), IDS_SHAPE),
        OnnxBytes.node("Gather", List.of("word_embeddings.weight", "input_ids"), EMBEDDINGS),
        OnnxBytes.node("Log", List.of(EMBEDDINGS), LOGARITHM),
        OnnxBytes.node(
            "Cast",
            List.of("attention_mask"),
            "/mask/Cast_output_0",
            OnnxBytes.intAttribute("to", OnnxBytes.FLOAT)),
        OnnxBytes.node("Unsqueeze", List.of("/mask/Cast_output_0", "last_axis"), MASK),
        OnnxBytes.node("Mul", List.of(EMBEDDINGS, MASK), "/encoder/layer.0/mix/Mul_output_0"),
        OnnxBytes.node(
            "ReduceSum",
            List.of("/encoder/layer.0/mix/Mul_output_0", "sequence_axis"),
            SUM,
            OnnxBytes.intAttribute("keepdims", 1)),
        OnnxBytes.node("Add", List.of(EMBEDDINGS, SUM), MIXED),
        OnnxBytes.node("Mul", List.of(MIXED, "two"), "/encoder/layer.1/Mul_output_0"),
        OnnxBytes.node("Add", List.of("/encoder/layer.1/Mul_output_0", "one"), OUTPUT));
  }
}
