package io.github.sae4j.onnx;

import io.github.sae4j.store.RowOrigin;
import io.github.sae4j.store.TextRecord;
import java.util.List;
import java.util.stream.IntStream;

/** A text on its way through a harvest: its tokens, then its rows. */
final class Document {
  private final TextRecord text;
  private final TokenizedText tokens;
  private final int[] kept;
  private List<float[]> rows = List.of();

  Document(TextRecord text, TokenizedText tokens, boolean keepSpecialTokens) {
    this.text = text;
    this.tokens = tokens;
    this.kept =
        IntStream.range(0, tokens.length())
            .filter(token -> keepSpecialTokens || !tokens.special()[token])
            .toArray();
  }

  TextRecord text() {
    return text;
  }

  TokenizedText tokens() {
    return tokens;
  }

  /** Returns the number of rows of this text. */
  int rowCount() {
    return kept.length;
  }

  /** Returns the position of the row's token among all tokens of the text. */
  int token(int row) {
    return kept[row];
  }

  RowOrigin origin(int row, int example) {
    int token = kept[row];
    return new RowOrigin(example, token, tokens.starts()[token], tokens.ends()[token]);
  }

  /**
   * Returns the values {@code [rowCount, width]} of each tensor; empty until the text has been run.
   */
  List<float[]> rows() {
    return rows;
  }

  void setRows(List<float[]> rows) {
    this.rows = rows;
  }
}
