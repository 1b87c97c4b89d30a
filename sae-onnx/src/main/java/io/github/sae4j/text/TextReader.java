package io.github.sae4j.text;

import io.github.sae4j.store.TextRecord;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Reads the texts of one file. */
interface TextReader extends Closeable {

  /** Returns the next text, or nothing after the last. */
  Optional<TextRecord> next() throws IOException;
}
