package io.github.sae4j.apply.search;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.SparseCode;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.DirectoryLock;
import io.github.sae4j.format.OwnDirectory;
import io.github.sae4j.format.ReplacedDirectory;
import io.github.sae4j.format.Sha256;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.PooledTexts;
import io.github.sae4j.store.Pooling;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;

/**
 * Makes an index of a dump's texts: each text's rows are pooled to one, which the SAE encodes. The
 * SAE must have been trained on rows that were pooled in the same way. A copy of it is kept with
 * the index, which therefore can be moved and needs nothing else.
 */
public final class IndexBuilder {
  static final String LUCENE = "lucene";
  static final String SAE = "sae";
  static final String ID = "id";
  static final String TEXT = "text";
  static final String CODE = "code";
  private static final int BATCH = 512;
  private static final double BUFFER_MB = 64;

  private final StoredSae stored;
  private final Pooling pooling;

  /**
   * @throws IllegalArgumentException if codes of the SAE can be negative, or it is a transcoder
   */
  public IndexBuilder(StoredSae stored, Pooling pooling) {
    Features.requireSuited(stored.sae());
    this.stored = stored;
    this.pooling = pooling;
  }

  /**
   * Rejects a directory in which something else than an index would be replaced.
   *
   * @throws IllegalArgumentException if there is an index and it must not be replaced, or other
   *     files
   */
  public static void requireReplaceable(Path target, boolean overwrite) throws IOException {
    boolean there = Files.exists(target.resolve(IndexInfo.FILE));
    if (there && !overwrite) {
      throw new IllegalArgumentException(
          target + " already holds an index: choose another path or use --overwrite");
    }
    OwnDirectory.requireOnly(
        target, name -> there && List.of(LUCENE, SAE, IndexInfo.FILE).contains(name), "an index");
  }

  /**
   * Builds the index beside its place and moves it there once it is whole.
   *
   * @param tensorOrNull the dump's tensor; null if there is only one
   * @param progress receives the number of rows read
   * @throws IllegalArgumentException if the dump has no texts, fewer than two of them have rows, or
   *     its rows do not fit the SAE
   */
  public IndexInfo build(
      ActivationDump dump,
      String tensorOrNull,
      Path target,
      boolean overwrite,
      LongConsumer progress)
      throws IOException {
    try (DirectoryLock lock = DirectoryLock.acquire(target);
        ActivationSource rows = dump.source(tensorOrNull)) {
      requireReplaceable(target, overwrite);
      requireWidth(rows);
      Path directory = ReplacedDirectory.create(target);
      try {
        PooledTexts texts = new PooledTexts(rows, dump.origins(), pooling);
        int count = write(texts, dump.texts(), directory.resolve(LUCENE), progress);
        if (count < 2) {
          throw new IllegalArgumentException(
              "an index needs at least two texts, but %s has %d with rows"
                  .formatted(rows.description(), count));
        }
        SaeDirectory.write(directory.resolve(SAE), stored.sae(), stored.provenance());
        IndexInfo info =
            new IndexInfo(
                IndexInfo.VERSION,
                Sha256.of(directory.resolve(SAE).resolve(SparseIndex.WEIGHTS)),
                dump.manifest().model(),
                tensorOrNull == null ? dump.manifest().tensors().get(0).name() : tensorOrNull,
                pooling.kind(),
                pooling.unitNorm(),
                dump.manifest().keepSpecialTokens(),
                count);
        info.write(directory);
        ReplacedDirectory.replace(directory, target);
        return info;
      } catch (IOException | RuntimeException | Error e) {
        AtomicFiles.deleteTree(directory);
        throw e;
      }
    }
  }

  private void requireWidth(ActivationSource rows) {
    if (rows.width() != stored.sae().nIn()) {
      throw new IllegalArgumentException(
          "the SAE reads rows of %,d values, but %s has rows of %,d"
              .formatted(stored.sae().nIn(), rows.description(), rows.width()));
    }
  }

  private int write(
      PooledTexts texts, List<TextRecord> records, Path directory, LongConsumer progress)
      throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig()
            .setMergeScheduler(new SerialMergeScheduler())
            .setRAMBufferSizeMB(BUFFER_MB);
    int count = 0;
    try (FSDirectory files = FSDirectory.open(directory);
        IndexWriter writer = new IndexWriter(files, config)) {
      List<PooledTexts.Row> batch = new ArrayList<>();
      Optional<PooledTexts.Row> row;
      do {
        row = texts.next();
        row.ifPresent(batch::add);
        if (batch.size() == BATCH || row.isEmpty()) {
          add(batch, records, writer);
          count += batch.size();
          batch.clear();
          progress.accept(texts.rowsDone());
        }
      } while (row.isPresent());
      writer.forceMerge(1);
      writer.commit();
    }
    return count;
  }

  private void add(List<PooledTexts.Row> batch, List<TextRecord> records, IndexWriter writer)
      throws IOException {
    if (batch.isEmpty()) {
      return;
    }
    SparseAutoencoder sae = stored.sae();
    List<SparseCode> codes =
        sae.encode(batch.stream().map(PooledTexts.Row::values).toArray(float[][]::new));
    for (int i = 0; i < batch.size(); i++) {
      TextRecord text = records.get(batch.get(i).text());
      Document document = new Document();
      Features.add(codes.get(i), document);
      document.add(new StringField(ID, text.id(), Field.Store.YES));
      document.add(new StoredField(TEXT, text.text()));
      document.add(new BinaryDocValuesField(CODE, new BytesRef(StoredCode.bytes(codes.get(i)))));
      writer.addDocument(document);
    }
  }
}
