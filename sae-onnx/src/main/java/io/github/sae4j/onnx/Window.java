package io.github.sae4j.onnx;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Successive texts that are batched together. Within a window, texts are run in order of length to
 * save padding; outside it they keep their own order.
 *
 * @param documents the texts in the order of the source
 */
record Window(List<Document> documents) {

  Window {
    documents = List.copyOf(documents);
  }

  /** Returns the number of rows of its texts. */
  long rowCount() {
    return documents.stream().mapToLong(Document::rowCount).sum();
  }

  /**
   * Cuts the window into batches, longest texts first. Texts without tokens are skipped.
   *
   * @param tokensPerBatch the maximum number of tokens per batch, padding included, unless a single
   *     text is longer
   * @param padded whether texts of different lengths may share a batch
   */
  List<List<Document>> batches(int tokensPerBatch, boolean padded) {
    List<Document> byLength =
        documents.stream()
            .filter(document -> document.tokens().length() > 0)
            .sorted(Comparator.comparingInt((Document each) -> each.tokens().length()).reversed())
            .toList();
    List<List<Document>> batches = new ArrayList<>();
    int from = 0;
    while (from < byLength.size()) {
      int longest = byLength.get(from).tokens().length();
      int to = Math.min(byLength.size(), from + Math.max(1, tokensPerBatch / longest));
      while (!padded && byLength.get(to - 1).tokens().length() < longest) {
        to--;
      }
      batches.add(byLength.subList(from, to));
      from = to;
    }
    return batches;
  }
}
