package io.github.sae4j.text;

import io.github.sae4j.store.TextRecord;
import java.io.Closeable;
import java.io.IOException;

/** Reads the texts of one file. */
interface TextReader extends Closeable {

  /** Returns the next text, or null after the last. */
  TextRecord next() throws IOException;
}
