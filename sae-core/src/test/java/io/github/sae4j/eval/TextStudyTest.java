package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.OnNonFinite;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextStudyTest {
  @TempDir Path directory;

  private final SparseAutoencoder sae = PlantedTexts.dictionary();

  @Test
  void plantedFeaturesGetTheirLabels() throws IOException {
    TextStudy study = study(1000, TextStudyOptions.DEFAULT);
    ConceptFindings found = study.concepts().orElseThrow();
    Map<Integer, ConceptMatch> labels =
        found.matches().stream()
            .collect(Collectors.toMap(ConceptMatch::latent, Function.identity()));
    for (int word = PlantedTexts.FILLERS; word < PlantedTexts.WORDS.size(); word++) {
      ConceptMatch label = labels.get(word);
      assertEquals(PlantedTexts.concept(word), label.concept());
      assertEquals(1, label.f1(), "held-out F1 of " + label);
      assertEquals(40, label.texts());
    }
    assertEquals(5, study.selection().tested());
    assertEquals(5, found.sae().concepts());
    assertEquals(5, found.sae().latents());
    assertTrue(found.neurons().concepts() < 5, found.neurons().toString());
  }

  @Test
  void keepsTheStrongestDistinctContexts() throws IOException {
    TextStudy study = study(1000, TextStudyOptions.DEFAULT);
    int dog = PlantedTexts.WORDS.indexOf("dog");
    List<Context> contexts = study.contexts().of(dog);
    assertEquals(8, contexts.size());
    assertEquals(8, contexts.stream().map(Context::text).distinct().count());
    float before = Float.MAX_VALUE;
    for (Context context : contexts) {
      assertTrue(context.activation() <= before);
      before = context.activation();
      TextRecord text = study.texts().get(context.text());
      TokenActivation token = context.tokens().get(0);
      assertEquals("dog", text.text().substring(token.start(), token.end()));
      assertEquals(context.activation(), token.value());
    }
    assertEquals(List.of(), study.contexts().of(PlantedTexts.WORDS.size()));
    assertEquals(1, study.densities().dead());
    assertEquals(40, study.densities().firings(dog));
  }

  @Test
  void batchSizeDoesNotMatter() throws IOException {
    TextStudy large = study(500, TextStudyOptions.DEFAULT);
    TextStudy small =
        study(500, new TextStudyOptions(40_000, 8, 2, 1, Optional.empty(), OnNonFinite.FAIL));
    assertEquals(large.concepts(), small.concepts());
    for (int latent = 0; latent < sae.nLatents(); latent++) {
      assertEquals(large.contexts().of(latent), small.contexts().of(latent));
    }
  }

  @Test
  void sampleIsRandomAndInDumpOrder() throws IOException {
    TextStudy study = study(1000, TextStudyOptions.DEFAULT.withMaxTexts(100));
    List<Integer> ids =
        study.texts().stream().map(text -> Integer.valueOf(text.id().substring(5))).toList();
    assertEquals(100, ids.size());
    assertEquals(ids.stream().sorted().distinct().toList(), ids);
    assertTrue(ids.get(99) > 900, "the sample must reach the end: " + ids);
    for (int latent = 0; latent < sae.nLatents(); latent++) {
      for (Context context : study.contexts().of(latent)) {
        TokenActivation token = context.tokens().get(0);
        String text = study.texts().get(context.text()).text();
        assertEquals(PlantedTexts.WORDS.get(latent), text.substring(token.start(), token.end()));
      }
    }
  }

  @Test
  void dictionaryOfAnotherWidthThrows() throws IOException {
    SparseAutoencoder narrow = PlantedTexts.dictionary(new float[][] {{1, 0}}, 1);
    try (ActivationDump dump = PlantedTexts.write(directory.resolve("dump"), 10)) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      TextStudy.of(narrow, dump, null, 1, TextStudyOptions.DEFAULT, Progress.NONE))
              .getMessage();
      assertTrue(message.contains("16") && message.contains("2"), message);
    }
  }

  @Test
  void nonFiniteRowIsNamed() throws IOException {
    try (ActivationDump dump = PlantedTexts.write(directory.resolve("dump"), 10, 2)) {
      String message =
          assertThrows(
                  IOException.class,
                  () ->
                      TextStudy.of(
                          sae,
                          dump,
                          PlantedTexts.TENSOR,
                          1,
                          TextStudyOptions.DEFAULT,
                          Progress.NONE))
              .getMessage();
      assertTrue(message.contains("column 1") && message.contains("NaN"), message);
    }
  }

  @Test
  void nonFiniteRowsCanBeSkipped() throws IOException {
    TextStudyOptions skip =
        new TextStudyOptions(10, 20, 4096, 1, Optional.empty(), OnNonFinite.SKIP);
    try (ActivationDump whole = PlantedTexts.write(directory.resolve("whole"), 10);
        ActivationDump damaged = PlantedTexts.write(directory.resolve("damaged"), 10, 2)) {
      TextStudy all = TextStudy.of(sae, whole, PlantedTexts.TENSOR, 1, skip, Progress.NONE);
      for (int batchRows : new int[] {1, 7, 4096}) {
        TextStudyOptions options =
            new TextStudyOptions(10, 20, batchRows, 1, Optional.empty(), OnNonFinite.SKIP);
        TextStudy study =
            TextStudy.of(sae, damaged, PlantedTexts.TENSOR, 1, options, Progress.NONE);
        assertEquals(all.texts(), study.texts());
        for (int latent = 0; latent < sae.nLatents(); latent++) {
          assertEquals(
              all.contexts().of(latent).stream().filter(context -> context.text() != 2).toList(),
              study.contexts().of(latent));
        }
      }
    }
  }

  private TextStudy study(int texts, TextStudyOptions options) throws IOException {
    Path path = directory.resolve("dump-" + System.nanoTime());
    try (ActivationDump dump = PlantedTexts.write(path, texts)) {
      return TextStudy.of(sae, dump, PlantedTexts.TENSOR, 1, options, Progress.NONE);
    }
  }
}
