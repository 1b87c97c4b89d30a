package io.github.sae4j.store;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.github.sae4j.Provenance;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.DirectoryInUseException;
import io.github.sae4j.format.DirectoryLock;
import io.github.sae4j.format.OwnDirectory;
import io.github.sae4j.format.ReplacedDirectory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes a dump to a directory next to the target, which replaces the target when the dump is
 * finished. Not thread-safe.
 */
public final class DumpWriter implements ActivationSink {
  private static final ObjectWriter JSON = new ObjectMapper().writer();
  private static final ObjectWriter ASCII_JSON = JSON.with(JsonWriteFeature.ESCAPE_NON_ASCII);

  private final Path target;
  private final DirectoryLock lock;
  private final Path directory;
  private final DumpInfo info;
  private final ShardBuffer buffer;
  private final BufferedWriter textLines; // null in a dump without texts
  private final PartialDump partial; // null if the dump cannot be resumed
  private final List<DumpManifest.Shard> shards = new ArrayList<>();
  private final long held; // rows in shards from before this writer
  private long rows;
  private int texts;
  private boolean open = true;

  private DumpWriter(
      Path target,
      DirectoryLock lock,
      Path directory,
      DumpInfo info,
      boolean withTexts,
      PartialDump partialOrNull)
      throws IOException {
    this.target = target;
    this.lock = lock;
    this.directory = directory;
    this.partial = partialOrNull;
    if (partialOrNull != null) {
      shards.addAll(partialOrNull.shards());
    }
    this.held = partialOrNull == null ? 0 : partialOrNull.rows();
    this.info = info;
    this.buffer = new ShardBuffer(info.tensors(), info.rowsPerShard(), withTexts);
    this.textLines =
        withTexts
            ? Files.newBufferedWriter(directory.resolve(ShardLayout.TEXTS), StandardCharsets.UTF_8)
            : null;
  }

  /**
   * Starts a dump as {@link #create(Path, DumpInfo, boolean)} does, without replacing an older one.
   */
  public static DumpWriter create(Path target, DumpInfo info) throws IOException {
    return create(target, info, false);
  }

  /**
   * Starts a dump.
   *
   * @param target the dump's directory; its parents are created
   * @param overwrite whether to replace an older dump; anything else is never replaced
   * @throws IllegalArgumentException if the target holds something that must not be replaced
   * @throws DirectoryInUseException if another process is writing there
   */
  public static DumpWriter create(Path target, DumpInfo info, boolean overwrite)
      throws IOException {
    return create(target, info, overwrite, true);
  }

  /** Starts a dump of rows whose texts are unknown. */
  public static DumpWriter createWithoutTexts(Path target, DumpInfo info, boolean overwrite)
      throws IOException {
    return create(target, info, overwrite, false);
  }

  /**
   * Starts or resumes a dump whose complete shards outlive this process if it stops before {@link
   * #finish}. They are kept in the hidden directory {@code .NAME.partial} next to the dump. To
   * resume, add all texts and rows from the first on, except for the rows of {@link #rowsHeld}.
   *
   * @param origin everything that determines the rows, under readable names: a dump is resumed only
   *     if its origin is equal
   * @param resume whether to continue what an earlier process left, if anything; otherwise it is
   *     deleted
   * @throws IllegalArgumentException if the target holds something that must not be replaced, or
   *     was started with another origin; the message names the first difference
   * @throws DirectoryInUseException if another process is writing there
   */
  public static DumpWriter createResumable(
      Path target, DumpInfo info, boolean overwrite, Map<String, String> origin, boolean resume)
      throws IOException {
    Map<String, String> all = new TreeMap<>(origin);
    all.put("what it holds", info.toString());
    DirectoryLock lock = DirectoryLock.acquire(target);
    try {
      requireFree(target, overwrite);
      PartialDump partial =
          resume ? PartialDump.resume(target, all) : PartialDump.begin(target, all);
      return new DumpWriter(target, lock, partial.directory(), info, true, partial);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Returns the number of rows left by an earlier {@link #createResumable}, 0 if there are none.
   */
  public static long rowsLeftOf(Path target) throws IOException {
    return PartialDump.rowsOf(target);
  }

  private static DumpWriter create(Path target, DumpInfo info, boolean overwrite, boolean withTexts)
      throws IOException {
    DirectoryLock lock = DirectoryLock.acquire(target);
    Path directory = null;
    try {
      requireFree(target, overwrite);
      directory = ReplacedDirectory.create(target);
      return new DumpWriter(target, lock, directory, info, withTexts, null);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      if (directory != null) {
        AtomicFiles.deleteTree(directory);
      }
      lock.close();
      throw e;
    }
  }

  private static void requireFree(Path target, boolean overwrite) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new IllegalArgumentException(target + " is a file: a dump needs a directory");
    }
    try (Stream<Path> entries = Files.list(target)) {
      if (entries.allMatch(DirectoryLock::isOwn)) {
        return;
      }
    }
    if (!DumpManifest.isIn(target)) {
      throw new IllegalArgumentException(
          target + " is not empty and is not an activation dump: choose another directory");
    }
    DumpManifest.read(target);
    if (!overwrite) {
      throw new IllegalArgumentException(
          target + " already holds an activation dump: choose another directory or overwrite it");
    }
    OwnDirectory.requireOnly(target, ShardLayout::isFile, "an activation dump");
  }

  /** Returns the number of texts so far. */
  public int texts() {
    return texts;
  }

  @Override
  public int addText(TextRecord text) throws IOException {
    requireOpen();
    if (textLines == null) {
      throw new IllegalStateException("the dump " + target + " has no texts");
    }
    String line = JSON.writeValueAsString(text);
    textLines.write(isUnicode(line) ? line : ASCII_JSON.writeValueAsString(text));
    textLines.write('\n');
    return texts++;
  }

  /** False if there is a lone surrogate, which UTF-8 cannot hold but a JSON escape can. */
  private static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  @Override
  public void addRow(List<float[]> row, int[] offsets, RowOrigin origin) throws IOException {
    requireOpen();
    int tensors = info.tensors().size();
    if (row.size() != tensors || offsets.length != tensors) {
      throw new IllegalArgumentException(
          "expected one row for each of " + tensors + " tensors, got " + row.size());
    }
    if (textLines != null) {
      Objects.checkIndex(origin.example(), texts);
    }
    if (rows++ < rowsHeld()) {
      return;
    }
    buffer.add(row, offsets, origin);
    if (buffer.isFull()) {
      writeShard();
    }
  }

  @Override
  public long rowsHeld() {
    return held;
  }

  @Override
  public void passRows(long count) {
    requireOpen();
    if (rows + count > held) {
      throw new IllegalArgumentException(
          "rows %d to %d cannot be skipped: only %d are held".formatted(rows, rows + count, held));
    }
    rows += count;
  }

  /** Adds rows of the only tensor of a dump without texts: {@code [count, width]}. */
  void addRows(float[] values, int count) throws IOException {
    int[] offset = new int[1];
    int width = info.tensors().get(0).width();
    for (int row = 0; row < count; row++) {
      offset[0] = row * width;
      addRow(List.of(values), offset, null);
    }
  }

  private void writeShard() throws IOException {
    String name = ShardLayout.shardFile(shards.size());
    Path file = directory.resolve(name);
    int shardRows = buffer.rows();
    buffer.writeTo(file);
    DumpManifest.Shard shard =
        new DumpManifest.Shard(name, shardRows, Files.size(file), Checksums.crc32c(file));
    shards.add(shard);
    if (partial != null) {
      partial.add(shard);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if no row was added, or not all held rows were skipped or added
   */
  @Override
  public void finish() throws IOException {
    requireOpen();
    if (rows < held) {
      throw new IllegalStateException(
          "%d rows are held, but only %d were skipped or added".formatted(held, rows));
    }
    if (rows == 0) {
      throw new IllegalStateException("no activation rows were added: there is nothing to dump");
    }
    if (buffer.rows() > 0) {
      writeShard();
    }
    closeTexts();
    Path textFile = directory.resolve(ShardLayout.TEXTS);
    manifest(texts == 0 ? "" : Checksums.crc32c(textFile)).write(directory);
    if (partial != null) {
      partial.finish();
    }
    ReplacedDirectory.replace(directory, target);
    open = false;
    lock.close();
  }

  private DumpManifest manifest(String textsCrc32c) {
    return new DumpManifest(
        DumpManifest.FORMAT,
        DumpManifest.VERSION,
        info.model(),
        info.tokenizer(),
        info.tensors(),
        rows,
        texts,
        textsCrc32c,
        info.keepSpecialTokens(),
        shards,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Provenance.currentVersion());
  }

  private void closeTexts() throws IOException {
    if (textLines != null) {
      textLines.close();
    }
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException("the dump " + target + " is already finished or abandoned");
    }
  }

  @Override
  public void close() throws IOException {
    if (!open) {
      return;
    }
    open = false;
    try {
      closeTexts();
    } finally {
      if (partial == null || partial.shards().isEmpty()) {
        AtomicFiles.deleteTree(directory);
      }
      lock.close();
    }
  }
}
