package io.github.sae4j.store;

import io.github.sae4j.format.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;

/** Writes rows from any source as a dump. */
public final class DumpCopy {
  private static final int BLOCK_VALUES = 1 << 20;
  private static final int SHARD_VALUES = 1 << 26;

  private final Path target;
  private final DType dtype;
  private final int rowsPerShard;
  private final boolean overwrite;

  /**
   * @param target the dump's directory
   * @param dtype type in which values are stored: F32 or BF16
   * @param rowsPerShard rows in each file except the last; 0 for as many as take a quarter of a
   *     gigabyte
   * @param overwrite whether to replace an older dump
   */
  public DumpCopy(Path target, DType dtype, int rowsPerShard, boolean overwrite) {
    this.target = target;
    this.dtype = dtype;
    this.rowsPerShard = rowsPerShard;
    this.overwrite = overwrite;
  }

  /**
   * Copies rows whose texts are unknown.
   *
   * @param model name of the model they came from, empty if unknown
   * @param tensor name of the tensor
   * @param progress receives the number of rows written
   */
  public void ofRows(ActivationSource rows, String model, String tensor, LongConsumer progress)
      throws IOException {
    DumpInfo info = info(model, "", tensor, rows.width(), true);
    try (DumpWriter writer = DumpWriter.createWithoutTexts(target, info, overwrite)) {
      eachBlock(rows, (block, first, n) -> writer.addRows(block, n), progress);
      writer.finish();
    }
  }

  /** Copies one tensor of a dump, with the texts. */
  public void ofDump(ActivationDump dump, String tensorOrNull, LongConsumer progress)
      throws IOException {
    DumpManifest manifest = dump.manifest();
    try (ActivationSource rows = dump.source(tensorOrNull)) {
      String tensor = tensorOrNull == null ? manifest.tensors().get(0).name() : tensorOrNull;
      if (!dump.hasTexts()) {
        ofRows(rows, manifest.model(), tensor, progress);
        return;
      }
      DumpInfo info = info(manifest, tensor, rows.width());
      try (DumpWriter writer = DumpWriter.create(target, info, overwrite)) {
        for (TextRecord text : dump.texts()) {
          writer.addText(text);
        }
        copy(rows, dump.origins(), writer, progress);
        writer.finish();
      }
    }
  }

  /**
   * Copies one tensor of a dump with one row per text, pooled; texts without rows keep none.
   *
   * @throws IllegalArgumentException if the dump has no texts
   */
  public void ofTexts(
      ActivationDump dump, String tensorOrNull, Pooling pooling, LongConsumer progress)
      throws IOException {
    DumpManifest manifest = dump.manifest();
    try (ActivationSource rows = dump.source(tensorOrNull)) {
      PooledTexts pooled = new PooledTexts(rows, dump.origins(), pooling);
      String tensor = tensorOrNull == null ? manifest.tensors().get(0).name() : tensorOrNull;
      DumpInfo info = info(manifest, tensor, rows.width());
      try (DumpWriter writer = DumpWriter.create(target, info, overwrite)) {
        for (TextRecord text : dump.texts()) {
          writer.addText(text);
        }
        int[] offset = new int[1];
        for (var next = pooled.next(); next.isPresent(); next = pooled.next()) {
          PooledTexts.Row row = next.get();
          int end = dump.texts().get(row.text()).text().length();
          writer.addRow(List.of(row.values()), offset, new RowOrigin(row.text(), 0, 0, end));
          progress.accept(pooled.rowsDone());
        }
        writer.finish();
      }
    }
  }

  private static void copy(
      ActivationSource rows, RowOrigins origins, DumpWriter writer, LongConsumer progress)
      throws IOException {
    int[][] origin = new int[ShardLayout.ORIGINS.size()][blockRows(rows.width())];
    int[] offset = new int[1];
    eachBlock(
        rows,
        (block, first, n) -> {
          origins.read(first, n, origin[0], origin[1], origin[2], origin[3]);
          for (int i = 0; i < n; i++) {
            offset[0] = i * rows.width();
            RowOrigin from = new RowOrigin(origin[0][i], origin[1][i], origin[2][i], origin[3][i]);
            writer.addRow(List.of(block), offset, from);
          }
        },
        progress);
  }

  /** Receives {@code n} rows, the first of which is row {@code first}. */
  @FunctionalInterface
  private interface Block {
    void take(float[] block, long first, int n) throws IOException;
  }

  private static void eachBlock(ActivationSource rows, Block taker, LongConsumer progress)
      throws IOException {
    int most = blockRows(rows.width());
    float[] block = new float[most * rows.width()];
    for (long done = 0; done < rows.rows(); ) {
      int n = (int) Math.min(most, rows.rows() - done);
      rows.read(done, n, block, 0);
      taker.take(block, done, n);
      done += n;
      progress.accept(done);
    }
  }

  private DumpInfo info(DumpManifest of, String tensor, int width) {
    return info(of.model(), of.tokenizer(), tensor, width, of.keepSpecialTokens());
  }

  private DumpInfo info(
      String model, String tokenizer, String tensor, int width, boolean keepSpecialTokens) {
    String name = tensor.isEmpty() ? "activations" : tensor;
    return new DumpInfo(
        model,
        tokenizer,
        List.of(new DumpInfo.Tensor(name, width, dtype)),
        keepSpecialTokens,
        rowsPerShard == 0 ? Math.max(1, SHARD_VALUES / width) : rowsPerShard);
  }

  private static int blockRows(int width) {
    return Math.max(1, BLOCK_VALUES / width);
  }
}
