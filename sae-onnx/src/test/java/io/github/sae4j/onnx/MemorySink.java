package io.github.sae4j.onnx;

import io.github.sae4j.store.ActivationSink;
import io.github.sae4j.store.RowOrigin;
import io.github.sae4j.store.TextRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps harvested rows in memory, for tests. */
final class MemorySink implements ActivationSink {
  final List<TextRecord> texts = new ArrayList<>();
  final List<RowOrigin> origins = new ArrayList<>();

  /** Values by row and tensor. */
  final List<List<float[]>> rows = new ArrayList<>();

  boolean finished;
  boolean closed;
  private final int[] widths;

  MemorySink(List<TensorShape> tensors) {
    this.widths = tensors.stream().mapToInt(TensorShape::width).toArray();
  }

  @Override
  public int addText(TextRecord text) {
    texts.add(text);
    return texts.size() - 1;
  }

  @Override
  public void addRow(List<float[]> values, int[] offsets, RowOrigin origin) {
    List<float[]> row = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      row.add(Arrays.copyOfRange(values.get(i), offsets[i], offsets[i] + widths[i]));
    }
    rows.add(row);
    origins.add(origin);
  }

  @Override
  public void finish() {
    finished = true;
  }

  @Override
  public void close() {
    closed = true;
  }
}
