package io.github.sae4j.onnx;

import java.util.Arrays;
import java.util.List;

/**
 * A model's inputs for some texts, each {@code [texts, length]} in row-major order. Texts are at
 * the start of their rows, followed by padding, which the mask excludes.
 */
final class PaddedBatch {
  private final int texts;
  private final int length;
  private final long[] ids;
  private final long[] mask;
  private final long[] typeIds;

  /** Returns a batch of texts that consist only of token 0, without padding. */
  PaddedBatch(int texts, int length) {
    this.texts = texts;
    this.length = length;
    this.ids = new long[texts * length];
    this.mask = new long[texts * length];
    this.typeIds = new long[texts * length];
    Arrays.fill(mask, 1);
  }

  /** Returns a batch of these texts, as long as the longest. */
  static PaddedBatch of(List<Document> documents) {
    int length = documents.stream().mapToInt(each -> each.tokens().length()).max().orElseThrow();
    PaddedBatch batch = new PaddedBatch(documents.size(), length);
    for (int i = 0; i < documents.size(); i++) {
      batch.put(i, documents.get(i).tokens());
    }
    return batch;
  }

  private void put(int row, TokenizedText text) {
    int start = row * length;
    System.arraycopy(text.ids(), 0, ids, start, text.length());
    System.arraycopy(text.typeIds(), 0, typeIds, start, text.length());
    Arrays.fill(mask, start + text.length(), start + length, 0);
  }

  int texts() {
    return texts;
  }

  int length() {
    return length;
  }

  long[] ids() {
    return ids;
  }

  long[] mask() {
    return mask;
  }

  long[] typeIds() {
    return typeIds;
  }

  /** Returns 0, 1, 2, … in every row. */
  long[] positions() {
    long[] positions = new long[texts * length];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = i % length;
    }
    return positions;
  }
}
