package io.github.sae4j.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The inputs of a text encoder. */
final class TextInputs {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";
  private static final String POSITIONS = "position_ids";
  private static final Set<String> KNOWN = Set.of(IDS, MASK, TYPES, POSITIONS);

  private TextInputs() {}

  /** Refuses a model that needs something that a text does not give. */
  static void requireKnown(OnnxModelFile model) {
    List<String> inputs = model.inputs();
    if (!inputs.contains(IDS)) {
      throw new IllegalArgumentException(
          model.file() + " has no input " + IDS + "; its inputs are " + inputs);
    }
    for (String input : inputs) {
      if (!KNOWN.contains(input)) {
        throw new IllegalArgumentException(
            model.file()
                + " needs the input "
                + input
                + ", which a text does not give; known are "
                + List.of(IDS, MASK, TYPES, POSITIONS));
      }
    }
  }

  /** Adds a tensor for each of the session's inputs that is one of a text encoder. */
  static void feed(
      OrtEnvironment environment,
      OrtSession session,
      PaddedBatch batch,
      Map<String, OnnxTensor> inputs)
      throws OrtException {
    long[] shape = {batch.texts(), batch.length()};
    for (String name : session.getInputNames()) {
      if (KNOWN.contains(name)) {
        long[] values =
            switch (name) {
              case IDS -> batch.ids();
              case MASK -> batch.mask();
              case TYPES -> batch.typeIds();
              default -> batch.positions();
            };
        inputs.put(name, OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape));
      }
    }
  }
}
