package io.github.sae4j.onnx;

import io.github.sae4j.store.TextRecord;
import io.github.sae4j.text.TextFault;
import io.github.sae4j.text.TextFaults;
import io.github.sae4j.text.TextSource;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** Reads and tokenises texts and fills windows of bounded size, up to the configured limits. */
final class WindowReader {
  private static final int MOST_TEXTS = 8_192;

  /** 64 MiB of float32 rows; two windows are in memory at a time. */
  private static final long MOST_VALUES = 1L << 24;

  private static final int TEXTS_TO_TOKENIZE = 256;

  private final TextSource source;
  private final Tokenization tokenization;
  private final HarvestConfig config;
  private final long valuesPerRow;
  private final Queue<Document> pending = new ArrayDeque<>();
  private final TextFaults faults = new TextFaults();
  private long texts;
  private long rows;
  private boolean ended;

  WindowReader(
      TextSource source,
      Tokenization tokenization,
      HarvestConfig config,
      List<TensorShape> tensors) {
    this.source = source;
    this.tokenization = tokenization;
    this.config = config;
    this.valuesPerRow = tensors.stream().mapToLong(TensorShape::width).sum();
  }

  /** Returns the next window, or nothing after the last text. */
  Optional<Window> next() throws IOException, InterruptedException {
    List<Document> documents = new ArrayList<>();
    long values = 0;
    while (documents.size() < MOST_TEXTS && values < MOST_VALUES && !ended) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (pending.isEmpty()) {
        tokenizeMore();
      }
      Document document = pending.poll();
      if (document == null || rows + document.rowCount() > config.maxRows()) {
        ended = true;
      } else {
        documents.add(document);
        rows += document.rowCount();
        values += document.rowCount() * valuesPerRow;
      }
    }
    return documents.isEmpty() ? Optional.empty() : Optional.of(new Window(documents));
  }

  /** Returns the faults in the texts read so far. */
  TextFaults faults() {
    return faults;
  }

  private void tokenizeMore() throws IOException {
    while (pending.size() < TEXTS_TO_TOKENIZE && texts < config.maxTexts()) {
      Optional<TextRecord> record = source.next();
      if (record.isEmpty()) {
        return;
      }
      TextRecord sound = SoundText.of(record.get(), faults);
      if (SoundText.isBlank(sound.text())) {
        faults.add(TextFault.EMPTY, sound.id());
      } else {
        texts++;
        pending.add(new Document(sound, tokenization.encode(sound), config.keepSpecialTokens()));
      }
    }
  }
}
