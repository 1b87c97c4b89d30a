package io.github.sae4j.store;

import java.util.List;
import java.util.Objects;

/**
 * One text that a model read.
 *
 * @param id a readable name, unique within a corpus
 * @param text the text itself; row offsets are UTF-16 offsets into it
 * @param concepts what the text is about; empty if unknown
 */
public record TextRecord(String id, String text, List<String> concepts) {

  public TextRecord {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(text, "text");
    concepts = List.copyOf(concepts);
  }
}
