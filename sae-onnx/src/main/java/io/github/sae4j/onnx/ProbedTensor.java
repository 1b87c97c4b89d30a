package io.github.sae4j.onnx;

import ai.onnxruntime.OnnxJavaType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A tensor of a model as computed for two texts of three tokens.
 *
 * @param name its name in the graph
 * @param type type of its elements, as in {@link OnnxJavaType}
 * @param shape its dimensions
 */
public record ProbedTensor(String name, String type, List<Long> shape) {
  private static final int TEXTS = 2;
  private static final int TOKENS = 3;

  public ProbedTensor {
    shape = List.copyOf(shape);
  }

  ProbedTensor(String name, String type, long[] shape) {
    this(name, type, Arrays.stream(shape).boxed().toList());
  }

  static PaddedBatch probe() {
    return new PaddedBatch(TEXTS, TOKENS);
  }

  /** Whether it is a float tensor with one row per token. */
  public boolean isHarvestable() {
    return isFloat()
        && shape.size() == 3
        && shape.get(0) == TEXTS
        && shape.get(1) == TOKENS
        && shape.get(2) >= 1;
  }

  private boolean isFloat() {
    return Arrays.stream(OnnxJavaType.values())
        .anyMatch(each -> each.name().equals(type) && FloatTensors.isFloat(each));
  }

  /** Returns the number of values per row. */
  public int width() {
    return Math.toIntExact(shape.get(shape.size() - 1));
  }

  /** Describes type and shape, as in {@code float32 [batch, tokens, 384]}. */
  public String describe() {
    String word = type.toLowerCase(Locale.ROOT);
    if (isHarvestable()) {
      return word.replaceFirst("^float$", "float32") + " [batch, tokens, " + width() + "]";
    }
    return type + " " + shape;
  }
}
