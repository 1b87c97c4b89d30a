package io.github.sae4j.network;

import io.github.sae4j.store.TextRecord;

/** The text shown for a network's example, and the span of it that belongs to each row. */
public interface ExampleText {

  /** Returns the text. */
  TextRecord record();

  /**
   * Returns the offset of the first character of a row's span.
   *
   * @param position the row's time step or its position in a feature map
   */
  int start(int position);

  /**
   * Returns the offset after the span's last character; equal to its start if a row has no span.
   */
  int end(int position);

  /** Returns a text whose whole length belongs to every row. */
  static ExampleText whole(TextRecord record) {
    return new ExampleText() {
      @Override
      public TextRecord record() {
        return record;
      }

      @Override
      public int start(int position) {
        return 0;
      }

      @Override
      public int end(int position) {
        return record.text().length();
      }
    };
  }
}
