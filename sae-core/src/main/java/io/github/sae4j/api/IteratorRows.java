package io.github.sae4j.api;

import io.github.sae4j.format.DType;
import io.github.sae4j.layer.Positions;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.DumpInfo;
import io.github.sae4j.store.DumpWriter;
import io.github.sae4j.store.RowFingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** Reads the features of an iterator's examples as rows and keeps them in a dump. */
final class IteratorRows implements ActivationSource {
  /** Name of the dump's directory inside the run's. */
  private static final String KEPT = "iterator-rows";

  private static final String TENSOR = "features";
  private static final int ROWS_PER_SHARD = 1 << 16;
  private static final int SHARD_VALUES = 1 << 24;

  private final ActivationSource dump;

  private IteratorRows(ActivationSource dump) {
    this.dump = dump;
  }

  /**
   * Opens the rows that were kept, or reads the iterator and keeps its rows.
   *
   * @param directory the run's directory
   * @param resumes whether kept rows may be used
   * @throws IllegalArgumentException if there are no rows, or their widths differ
   */
  static IteratorRows open(DataSetIterator examples, Path directory, boolean resumes)
      throws IOException {
    Path kept = directory.resolve(KEPT);
    if (!resumes || !Files.isDirectory(kept)) {
      keep(examples, kept);
    }
    try (ActivationDump dump = ActivationDump.open(kept)) {
      return new IteratorRows(dump.source(TENSOR));
    }
  }

  private static void keep(DataSetIterator examples, Path kept) throws IOException {
    if (examples.resetSupported()) {
      examples.reset();
    }
    DumpWriter writer = null;
    int width = 0;
    try {
      for (long batch = 0; examples.hasNext(); batch++) {
        Optional<INDArray> unpadded = rows(examples.next(), batch);
        if (unpadded.isEmpty()) {
          continue;
        }
        INDArray rows = unpadded.get();
        if (writer == null) {
          width = Math.toIntExact(rows.size(1));
          writer = DumpWriter.createWithoutTexts(kept, info(width), true);
        }
        if (rows.size(1) != width) {
          throw new IllegalArgumentException(
              "batch %,d of the iterator has features of width %,d, but earlier batches have %,d"
                  .formatted(batch, rows.size(1), width));
        }
        add(rows.data().asFloat(), width, writer);
      }
      if (writer == null) {
        throw new IllegalArgumentException("the iterator has no examples to train on");
      }
      writer.finish();
    } finally {
      if (writer != null) {
        writer.close();
      }
    }
  }

  /** Returns the rows of a batch, {@code [rows, width]}, in c order, if there are any. */
  private static Optional<INDArray> rows(DataSet batch, long number) {
    INDArray features = batch.getFeatures();
    if (features == null || features.isEmpty()) {
      throw new IllegalArgumentException(
          "batch %,d of the iterator has no features".formatted(number));
    }
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      Positions positions = Positions.of(features, false, batch.getFeaturesMaskArray());
      return positions.count() == 0
          ? Optional.empty()
          : Optional.of(positions.rows(features).castTo(DataType.FLOAT).dup('c'));
    }
  }

  private static DumpInfo info(int width) {
    int perShard = Math.max(1, Math.min(ROWS_PER_SHARD, SHARD_VALUES / width));
    DumpInfo.Tensor tensor = new DumpInfo.Tensor(TENSOR, width, DType.F32);
    return new DumpInfo("", "", List.of(tensor), true, perShard);
  }

  private static void add(float[] values, int width, DumpWriter writer) throws IOException {
    List<float[]> row = List.of(values);
    int[] offset = new int[1];
    for (int at = 0; at < values.length; at += width) {
      offset[0] = at;
      writer.addRow(row, offset, null);
    }
  }

  @Override
  public long rows() {
    return dump.rows();
  }

  @Override
  public int width() {
    return dump.width();
  }

  @Override
  public String description() {
    return "the iterator's features";
  }

  @Override
  public RowFingerprint fingerprint() throws IOException {
    return dump.fingerprint();
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    dump.read(firstRow, count, dst, dstOffset);
  }

  @Override
  public void close() throws IOException {
    dump.close();
  }
}
