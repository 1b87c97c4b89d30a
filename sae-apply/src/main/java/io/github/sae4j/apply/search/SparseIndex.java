package io.github.sae4j.apply.search;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.SparseCode;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.Sha256;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.MultiDocValues;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.FSDirectory;

/**
 * An index of texts by their codes, made by {@link IndexBuilder}. Thread-safe.
 *
 * <pre>{@code
 * try (SparseIndex index = SparseIndex.open(Path.of("index"))) {
 *   for (SearchHit hit : index.search(embedding, 10)) { … }
 * }
 * }</pre>
 */
public final class SparseIndex implements Closeable {
  static final String WEIGHTS = "sae_weights.safetensors";

  private final IndexInfo info;
  private final SparseAutoencoder sae;
  private final FSDirectory files;
  private final DirectoryReader reader;
  private final IndexSearcher searcher;

  private SparseIndex(
      IndexInfo info, SparseAutoencoder sae, FSDirectory files, DirectoryReader reader) {
    this.info = info;
    this.sae = sae;
    this.files = files;
    this.reader = reader;
    this.searcher = new IndexSearcher(reader);
  }

  /**
   * Opens an index.
   *
   * @throws NoSuchFileException if there is none
   * @throws MalformedFileException if it is damaged, or its SAE is not the one that it was made
   *     with
   */
  public static SparseIndex open(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(IndexInfo.FILE))) {
      throw new NoSuchFileException(
          directory.toString(), null, "not an index: it has no " + IndexInfo.FILE);
    }
    IndexInfo info = IndexInfo.read(directory);
    Path weights = directory.resolve(IndexBuilder.SAE).resolve(WEIGHTS);
    String found = Sha256.of(weights);
    if (!found.equals(info.saeSha256())) {
      throw new MalformedFileException(
          weights,
          -1,
          "the index was made with another SAE: expected SHA-256 %s…, found %s…"
              .formatted(start(info.saeSha256()), start(found)));
    }
    SparseAutoencoder sae = SaeDirectory.read(directory.resolve(IndexBuilder.SAE)).sae();
    FSDirectory files = FSDirectory.open(directory.resolve(IndexBuilder.LUCENE));
    try {
      return new SparseIndex(info, sae, files, DirectoryReader.open(files));
    } catch (IndexNotFoundException | CorruptIndexException e) {
      files.close();
      sae.free();
      throw new MalformedFileException(
          directory.resolve(IndexBuilder.LUCENE), -1, "not readable: " + e.getMessage());
    }
  }

  private static String start(String checksum) {
    return checksum.substring(0, Math.min(8, checksum.length()));
  }

  /** Returns what the index was made from. */
  public IndexInfo info() {
    return info;
  }

  /** Returns the SAE that encodes queries. */
  public SparseAutoencoder sae() {
    return sae;
  }

  /**
   * Returns the texts whose codes are most like a query's.
   *
   * @param embedding the query's row, pooled as {@link IndexInfo#poolsBy} says, {@code [nIn]}
   * @param most the maximum number of hits
   * @return hits from the best on; empty if no latent is shared with any text
   */
  public List<SearchHit> search(float[] embedding, int most) throws IOException {
    return search(sae.encode(embedding), most);
  }

  /**
   * Returns the texts whose codes are most like a code, which may be edited.
   *
   * @param most the maximum number of hits, at least 1
   */
  public List<SearchHit> search(SparseCode code, int most) throws IOException {
    if (most < 1) {
      throw new IllegalArgumentException("at least one hit must be wanted, got " + most);
    }
    List<SearchHit> hits = new ArrayList<>();
    if (code.l0() == 0) {
      return hits;
    }
    for (ScoreDoc found : searcher.search(Features.query(code), most).scoreDocs) {
      Document document = searcher.storedFields().document(found.doc);
      hits.add(
          new SearchHit(
              document.get(IndexBuilder.ID),
              document.get(IndexBuilder.TEXT),
              found.score,
              shared(code, found.doc)));
    }
    return hits;
  }

  private List<SearchHit.Shared> shared(SparseCode query, int document) throws IOException {
    var values = MultiDocValues.getBinaryValues(reader, IndexBuilder.CODE);
    return values != null && values.advanceExact(document)
        ? StoredCode.shared(query, values.binaryValue())
        : List.of();
  }

  @Override
  public void close() throws IOException {
    reader.close();
    files.close();
    sae.free();
  }
}
