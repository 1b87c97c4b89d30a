package io.github.sae4j.onnx;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Runs a batch of texts and gives each text its rows. Thread-safe. */
final class BatchRunner {
  private final ModelSession session;

  BatchRunner(ModelSession session) {
    this.session = session;
  }

  /**
   * @throws IllegalArgumentException if the model cannot run these texts, or a value is not finite
   */
  void run(List<Document> batch) {
    PaddedBatch padded = PaddedBatch.of(batch);
    List<FloatBuffer> values;
    try {
      values = session.run(padded);
    } catch (OrtException e) {
      throw failed(batch, e);
    }
    for (int i = 0; i < batch.size(); i++) {
      List<float[]> rows = new ArrayList<>(values.size());
      for (int tensor = 0; tensor < values.size(); tensor++) {
        TensorShape shape = session.tensors().get(tensor);
        rows.add(rows(batch.get(i), values.get(tensor), i * padded.length(), shape));
      }
      batch.get(i).setRows(rows);
    }
  }

  /**
   * Names the first text that fails on its own; if none does, the first text, which is the longest.
   */
  private IllegalArgumentException failed(List<Document> batch, OrtException thrown) {
    for (Document document : batch) {
      try {
        session.run(PaddedBatch.of(List.of(document)));
      } catch (OrtException e) {
        return failed(document, e);
      }
    }
    return failed(batch.get(0), thrown);
  }

  private static IllegalArgumentException failed(Document document, OrtException e) {
    return new IllegalArgumentException(
        "the model fails on text %s of %,d tokens: %s"
            .formatted(document.text().id(), document.tokens().length(), OrtModels.reason(e)),
        e);
  }

  private static float[] rows(Document document, FloatBuffer values, int first, TensorShape shape) {
    int width = shape.width();
    float[] rows = new float[document.rowCount() * width];
    for (int row = 0; row < document.rowCount(); row++) {
      values.get((first + document.token(row)) * width, rows, row * width, width);
    }
    for (int i = 0; i < rows.length; i++) {
      if (!Float.isFinite(rows[i])) {
        throw new IllegalArgumentException(
            String.format(
                "text %s, token %d: tensor %s gives %s",
                document.text().id(), document.token(i / width), shape.name(), rows[i]));
      }
    }
    return rows;
  }
}
