package io.github.sae4j.text;

import io.github.sae4j.store.TextRecord;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Texts in memory, named t0, t1 and so on. */
final class MemoryTexts implements TextSource {
  private final int total;
  private final Iterator<String> texts;
  private int next;

  MemoryTexts(List<String> texts) {
    this.total = texts.size();
    this.texts = List.copyOf(texts).iterator();
  }

  @Override
  public Optional<TextRecord> next() {
    return texts.hasNext()
        ? Optional.of(new TextRecord("t" + next++, texts.next(), List.of()))
        : Optional.empty();
  }

  @Override
  public long total() {
    return total;
  }

  @Override
  public void close() {
    // nothing is open
  }
}
