package io.github.sae4j.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Finds the longest text that a model has positions for. A table of learned positions is recognised
 * by its indices, which rise by one from token to token; the first is 0 in BERT and 2 in RoBERTa,
 * whose tables keep rows for padding. To get the indices, the part of the graph that computes them
 * is run on a text of three tokens.
 */
final class PositionTable {
  private static final String GIVEN = "position_ids";

  private PositionTable() {}

  /**
   * Returns the maximum number of tokens in a text, or nothing if the graph shows no table of
   * positions.
   */
  static OptionalLong longestText(OnnxModelFile model) throws IOException {
    OptionalLong longest = OptionalLong.empty();
    for (Map.Entry<String, Long> table : model.tables().rowsByIndex().entrySet()) {
      OptionalLong first = firstPosition(model, table.getKey());
      if (first.isPresent()) {
        long most = table.getValue() - first.getAsLong();
        longest = OptionalLong.of(Math.min(most, longest.orElse(most)));
      }
    }
    return longest.isPresent() ? longest : model.positionRows();
  }

  /** Returns the first of the indices if they are positions. */
  private static OptionalLong firstPosition(OnnxModelFile model, String indices)
      throws IOException {
    if (indices.equals(GIVEN)) {
      return OptionalLong.of(0);
    }
    if (!model.tensorNames().contains(indices)) {
      return OptionalLong.empty(); // fed or constant
    }
    byte[] part = model.withOutputs(List.of(indices));
    try (OrtSession session = OrtModels.open(model.file(), part)) {
      TextInputs.requireFed(model.file(), session, Set.of());
      return firstPosition(session);
    } catch (OrtException | MalformedFileException | IllegalArgumentException e) {
      return OptionalLong.empty(); // any fault will show when the model itself is loaded
    }
  }

  private static OptionalLong firstPosition(OrtSession session) throws OrtException {
    OrtEnvironment environment = OrtRuntime.environment();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      TextInputs.feed(environment, session, ProbedTensor.probe(), inputs);
      try (OrtSession.Result result = session.run(inputs)) {
        long[] indices = values((OnnxTensor) result.get(0));
        boolean rises =
            indices.length >= 3
                && indices[1] == indices[0] + 1
                && indices[2] == indices[0] + 2
                && (indices.length == 3 || indices[3] == indices[0]);
        return rises ? OptionalLong.of(indices[0]) : OptionalLong.empty();
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static long[] values(OnnxTensor tensor) {
    if (tensor.getInfo().type == OnnxJavaType.INT64) {
      long[] values = new long[Math.toIntExact(tensor.getInfo().getNumElements())];
      tensor.getLongBuffer().get(values);
      return values;
    }
    if (tensor.getInfo().type == OnnxJavaType.INT32) {
      int[] values = new int[Math.toIntExact(tensor.getInfo().getNumElements())];
      tensor.getIntBuffer().get(values);
      return Arrays.stream(values).asLongStream().toArray();
    }
    return new long[0];
  }
}
