package io.github.sae4j.onnx;

import io.github.sae4j.store.ActivationSink;
import io.github.sae4j.store.Pooling;
import io.github.sae4j.store.RowOrigin;
import io.github.sae4j.store.TextRecord;
import io.github.sae4j.text.TextSource;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Embeds texts: runs each through a model and pools the rows of one tensor. What a dump has after
 * pooling, for texts that come one at a time, such as queries. Used from one thread at a time.
 */
public final class TextEmbedder implements Closeable {
  private final Harvester harvester;
  private final Pooling pooling;

  /**
   * @param config the model, its tokenizer and one tensor
   * @throws IllegalArgumentException as {@link Harvester} does, or if there are several tensors
   */
  public TextEmbedder(HarvestConfig config, Pooling pooling) throws IOException {
    if (config.tensors().size() != 1) {
      throw new IllegalArgumentException("one tensor is needed, got " + config.tensors());
    }
    this.pooling = pooling;
    this.harvester = new Harvester(config);
  }

  /** Returns the number of values of an embedding. */
  public int width() {
    return harvester.tensors().get(0).width();
  }

  /**
   * Returns a text's embedding, {@code [width]}.
   *
   * @throws IllegalArgumentException if the text has no tokens
   * @throws InterruptedException if this thread is interrupted
   */
  public float[] embed(String text) throws IOException, InterruptedException {
    Rows rows = new Rows(width());
    harvester.run(TextSource.of(List.of(text)), rows, progress -> {});
    return pooling.of(rows.values(), rows.count(), width());
  }

  @Override
  public void close() throws IOException {
    harvester.close();
  }

  /** The rows of one text. */
  private static final class Rows implements ActivationSink {
    private final int width;
    private final List<float[]> rows = new ArrayList<>();

    Rows(int width) {
      this.width = width;
    }

    int count() {
      return rows.size();
    }

    float[] values() {
      float[] all = new float[rows.size() * width];
      for (int i = 0; i < rows.size(); i++) {
        System.arraycopy(rows.get(i), 0, all, i * width, width);
      }
      return all;
    }

    @Override
    public int addText(TextRecord text) {
      return 0;
    }

    @Override
    public void addRow(List<float[]> values, int[] offsets, RowOrigin origin) {
      rows.add(Arrays.copyOfRange(values.get(0), offsets[0], offsets[0] + width));
    }

    @Override
    public void finish() {
      // everything is in memory
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
