package io.github.sae4j.network;

import io.github.sae4j.store.TextRecord;

/** What people read in the place of a network's example, and what of it belongs to each row. */
public interface ExampleText {

  /** The text. */
  TextRecord record();

  /**
   * The first character of a row's part of the text.
   *
   * @param position the row's step, or its place in a feature map
   */
  int start(int position);

  /** The character after that part's last; equal to its start where a row has no part. */
  int end(int position);

  /** A text all of which belongs to every row. */
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
