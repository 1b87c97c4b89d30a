package io.github.sae4j.apply.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Provenance;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.SparseCode;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.eval.PlantedTexts;
import io.github.sae4j.format.DType;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.DumpInfo;
import io.github.sae4j.store.DumpWriter;
import io.github.sae4j.store.PooledTexts;
import io.github.sae4j.store.Pooling;
import io.github.sae4j.store.RowOrigin;
import io.github.sae4j.store.TextRecord;
import io.github.sae4j.variant.TopK;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparseIndexTest {
  private static final Pooling MEAN = new Pooling(Pooling.Kind.MEAN, true);

  /** Lucene keeps the leading bit of a feature's value and 8 more. */
  private static final double ROUNDING = 1.0 / 256;

  @TempDir Path directory;
  private final SparseAutoencoder sae =
      new SparseAutoencoder(PlantedTexts.dictionary().parameters(), new TopK(4, 0, 0));
  private final List<float[]> embeddings = new ArrayList<>();
  private Path data;
  private Path index;

  @BeforeEach
  void build() throws IOException {
    data = directory.resolve("dump");
    index = directory.resolve("index");
    try (ActivationDump dump = PlantedTexts.write(data, 300)) {
      PooledTexts texts = new PooledTexts(dump.source(PlantedTexts.TENSOR), dump.origins(), MEAN);
      for (var next = texts.next(); next.isPresent(); next = texts.next()) {
        var row = next.get();
        embeddings.add(row.values());
      }
      IndexInfo info = builder().build(dump, null, index, false, rows -> {});
      assertEquals(300, info.texts());
    }
  }

  private IndexBuilder builder() {
    return new IndexBuilder(new StoredSae(sae, Provenance.UNKNOWN), MEAN);
  }

  @Test
  void findsWhatComparingWithEveryTextFinds() throws IOException {
    try (SparseIndex open = SparseIndex.open(index);
        ActivationDump dump = ActivationDump.open(data)) {
      List<SparseCode> codes = sae.encode(embeddings.toArray(float[][]::new));
      for (int query = 0; query < embeddings.size(); query += 29) {
        float[] own = codes.get(query).toDense();
        double[] scores = codes.stream().mapToDouble(code -> cosine(code.toDense(), own)).toArray();
        List<Double> best =
            IntStream.range(0, scores.length)
                .mapToObj(i -> scores[i])
                .sorted(Comparator.reverseOrder())
                .limit(10)
                .toList();
        List<SearchHit> hits = open.search(embeddings.get(query), 10);
        assertEquals(10, hits.size());
        for (int i = 0; i < hits.size(); i++) {
          assertEquals(best.get(i), hits.get(i).score(), 2 * ROUNDING * best.get(i));
        }
        SearchHit first = hits.get(0);
        double sum = first.shared().stream().mapToDouble(SearchHit.Shared::part).sum();
        assertEquals(1, sum, 2 * ROUNDING, "the parts add up to the score");
        assertTrue(
            dump.texts().stream()
                .anyMatch(t -> t.id().equals(first.id()) && t.text().equals(first.text())));
      }
    }
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int j = 0; j < a.length; j++) {
      dot += (double) a[j] * b[j];
      squaresA += (double) a[j] * a[j];
      squaresB += (double) b[j] * b[j];
    }
    return dot / Math.sqrt(squaresA * squaresB);
  }

  @Test
  void anEditedCodeIsAQueryToo() throws IOException {
    try (SparseIndex open = SparseIndex.open(index)) {
      SparseCode none = SparseCode.of(sae.encode(new float[sae.nIn()], 1), 0);
      SparseCode one = none;
      for (int latent : none.latents()) {
        one = one.with(latent, 0);
      }
      assertEquals(List.of(), open.search(one, 5), "nothing is active");
      int wanted = PlantedTexts.FILLERS + 1;
      List<SearchHit> hits = open.search(one.with(wanted, 3), 5);
      assertFalse(hits.isEmpty());
      for (SearchHit hit : hits) {
        assertTrue(hit.text().contains(PlantedTexts.WORDS.get(wanted)), hit.text());
        assertEquals(wanted, hit.shared().get(0).latent());
      }
      var e = assertThrows(IllegalArgumentException.class, () -> open.search(none, 0));
      assertEquals("at least one hit must be wanted, got 0", e.getMessage());
    }
  }

  @Test
  void anIndexOfAnotherSaeIsRefused() throws IOException {
    Path weights = index.resolve("sae").resolve("sae_weights.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    var e = assertThrows(MalformedFileException.class, () -> SparseIndex.open(index));
    assertTrue(e.getMessage().contains("the index was made with another SAE"), e.getMessage());
  }

  @Test
  void damagedAndMissingIndexesAreNamed() throws IOException {
    assertThrows(NoSuchFileException.class, () -> SparseIndex.open(directory));
    Path info = index.resolve("index.json");
    Files.writeString(info, Files.readString(info).replace("\"version\" : 1", "\"version\" : 7"));
    var e = assertThrows(MalformedFileException.class, () -> SparseIndex.open(index));
    assertTrue(e.getMessage().contains("expected version 1 of an index, found 7"), e.getMessage());
  }

  @Test
  void nothingElseIsReplaced() throws IOException {
    try (ActivationDump dump = ActivationDump.open(data)) {
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> builder().build(dump, null, index, false, rows -> {}));
      assertTrue(e.getMessage().contains("already holds an index"), e.getMessage());
      builder().build(dump, null, index, true, rows -> {});
      assertThrows(
          IllegalArgumentException.class,
          () -> builder().build(dump, null, data, true, rows -> {}));
      assertTrue(Files.exists(data.resolve("manifest.json")), "the dump is still there");
    }
    SparseIndex.open(index).close();
  }

  @Test
  void oneTextIsNotACorpusAndWidthsMustFit() throws IOException {
    Path small = directory.resolve("small");
    DumpInfo info =
        new DumpInfo("m", "t", List.of(new DumpInfo.Tensor("a", 16, DType.F32)), true, 10);
    try (DumpWriter writer = DumpWriter.create(small, info)) {
      writer.addText(new TextRecord("one", "one", List.of()));
      float[] row = new float[16];
      row[3] = 1;
      writer.addRow(List.of(row), new int[1], new RowOrigin(0, 0, 0, 3));
      writer.finish();
    }
    Path target = directory.resolve("new");
    try (ActivationDump dump = ActivationDump.open(small)) {
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> builder().build(dump, null, target, false, rows -> {}));
      assertTrue(e.getMessage().startsWith("an index needs at least two texts"), e.getMessage());
      assertFalse(Files.exists(target), "nothing is left");
    }
  }
}
