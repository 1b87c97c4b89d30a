package io.github.sae4j.examples.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.sae4j.store.TextRecord;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

class GlossCorpusTest {
  @Test
  void splitsWordsWithTheirPositions() {
    assertEquals(
        List.of(
            new Words.Word("(", 0, 1),
            new Words.Word("o'clock", 1, 8),
            new Words.Word(")", 8, 9),
            new Words.Word("well-known", 10, 20),
            new Words.Word("3", 21, 22),
            new Words.Word(".", 22, 23),
            new Words.Word("5", 23, 24)),
        Words.of("(O'clock) well-known 3.5"));
  }

  @Test
  void vocabularyHasTheMostFrequentWords() {
    Vocabulary vocabulary = Vocabulary.of(List.of("b a c", "A b", "a d"), 5);
    assertEquals(5, vocabulary.size());
    assertEquals("a", vocabulary.word(2));
    assertEquals("b", vocabulary.word(3));
    assertEquals("c", vocabulary.word(4)); // d is as frequent, but later in the alphabet
    assertEquals(3, vocabulary.index("b"));
    assertEquals(Vocabulary.UNKNOWN, vocabulary.index("d"));
  }

  @Test
  void batchOfTwoGlosses() {
    Vocabulary vocabulary = Vocabulary.of(List.of("a a a b b c"), 5);
    Gloss longer = Gloss.of(new TextRecord("1", "b, a", List.of()), vocabulary, 9);
    Gloss shorter = Gloss.of(new TextRecord("2", "c a b", List.of()), vocabulary, 1);
    assertEquals(List.of(longer), GlossBatches.byLength(List.of(longer)));
    assertEquals(List.of(shorter, longer), GlossBatches.byLength(List.of(longer, shorter)));
    DataSetIterator batches = GlossBatches.inOrder(List.of(longer, shorter), 2);
    DataSet batch = batches.next();
    assertFalse(batches.hasNext());
    assertArrayEquals(new long[] {2, 1, 4}, batch.getFeatures().shape());
    assertArrayEquals(new float[] {0, 3, 1, 2, 0, 4, 0, 0}, floats(batch.getFeatures()));
    assertArrayEquals(new float[] {3, 1, 2, 0, 4, 0, 0, 0}, floats(batch.getLabels()));
    float[] mask = {1, 1, 1, 1, 1, 1, 0, 0};
    assertArrayEquals(mask, floats(batch.getFeaturesMaskArray()));
    assertArrayEquals(mask, floats(batch.getLabelsMaskArray()));
    assertEquals(6, GlossCorpus.steps(List.of(longer, shorter)));
    assertEquals("a", "b, a".substring(longer.start(3), longer.end(3)));
    assertEquals(longer.start(0), longer.end(0));
  }

  private static float[] floats(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  @Test
  void unigramLossByHand() {
    Setup setup = new Setup(4, 1, 4, 1, 1, 4, List.of(1), 1);
    List<TextRecord> texts =
        List.of(
            new TextRecord("1", "a a b", List.of()),
            new TextRecord("2", "a", List.of()),
            new TextRecord("3", "b z", List.of()));
    GlossCorpus corpus = GlossCorpus.of(texts, setup);
    // targets: a 3, b 1, edge 2, unknown 0; plus one each, out of 10
    double expected = -(Math.log(.2) + Math.log(.1) + Math.log(.3)) / 3;
    assertEquals(expected, corpus.unigramLoss(), 1e-12);
    assertEquals(1 / 3., corpus.unknownFraction(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> GlossCorpus.of(texts.subList(0, 1), setup));
  }
}
