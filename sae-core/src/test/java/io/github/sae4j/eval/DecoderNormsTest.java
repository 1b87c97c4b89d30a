package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.store.SourcePart;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DecoderNormsTest {
  private static final List<SourcePart> PARTS =
      List.of(new SourcePart("base", 0, 2), new SourcePart("chat", 2, 1));

  /** Shared, shared unevenly, base only, chat only, almost only chat, neither. */
  private static final float[][] DECODER = {
    {3, 4, 5}, {3, -4, -15}, {0.6f, 0.8f, 0}, {0, 0, 2}, {0, 1, 19}, {0, 0, 0}
  };

  @Test
  void handWorked() {
    try (INDArray wDec = Nd4j.createFromArray(DECODER)) {
      DecoderNorms norms = DecoderNorms.of(wDec, PARTS);
      assertEquals(6, norms.nLatents());
      assertEquals(PARTS, norms.parts());
      assertArrayEquals(new double[] {5, 5, 1, 0, 1, 0}, norms.norms("base"), 1e-7);
      assertArrayEquals(new double[] {5, 15, 0, 2, 19, 0}, norms.norms("chat"), 1e-7);

      RelativeNorms relative = norms.relativeNorms("chat", "base");
      assertEquals(0.5, relative.value(0), 1e-7);
      assertEquals(0.75, relative.value(1), 1e-7);
      assertEquals(0, relative.value(2));
      assertEquals(1, relative.value(3));
      assertEquals(0.95, relative.value(4), 1e-7);
      assertTrue(Double.isNaN(relative.value(5)));
      assertEquals(2, relative.exclusiveToA());
      assertEquals(1, relative.exclusiveToB());
      assertEquals(1, relative.undefined());
      RelativeNorms reverse = norms.relativeNorms("base", "chat");
      assertEquals(0.25, reverse.value(1), 1e-7);
      assertEquals(1, reverse.exclusiveToA());
      assertEquals(2, reverse.exclusiveToB());
    }
  }

  @Test
  void countsExclusiveLatents() {
    List<SourcePart> three =
        List.of(new SourcePart("a", 0, 1), new SourcePart("b", 1, 1), new SourcePart("c", 2, 1));
    float[][] decoder = {
      {20, 0, 0}, {20, .4f, .4f}, {20, 2, 2}, {0, -1, 0}, {1, 1, 0}, {0, 0, 0}, {0, 3, .1f}
    };
    try (INDArray wDec = Nd4j.createFromArray(decoder)) {
      DecoderNorms norms = DecoderNorms.of(wDec, three);
      assertEquals(List.of(2, 2, 0), norms.exclusive());
      // in units where a is a twentieth, the second drops out and (1, 1, 0) becomes exclusive to b
      assertEquals(List.of(1, 3, 0), norms.dividedBy(new double[] {20, 1, 1}).exclusive());
      assertArrayEquals(
          new double[] {0, .2, 1, .5, .5, 0, 1.5},
          norms.dividedBy(new double[] {1, 2, 1}).norms("b"),
          1e-6);
    }
  }

  @Test
  void histogramIncludesBothEnds() {
    double[] a = {0, 1, 1, 3, 1, 0, 1};
    double[] b = {1, 0, 1, 1, 3, 0, 1e-9};
    RelativeNormHistogram histogram = RelativeNorms.of(a, b).histogram();
    Integer[] expected = Collections.nCopies(20, 0).toArray(Integer[]::new);
    expected[0] = 1;
    expected[5] = 1;
    expected[10] = 1;
    expected[15] = 1;
    expected[19] = 2;
    assertEquals(List.of(expected), histogram.counts());
    JsonNode json = new ObjectMapper().valueToTree(histogram);
    assertEquals(0.05, json.get("bin_width").asDouble());
    assertEquals(20, json.get("counts").size());
  }

  @Test
  void readsDecodersOfAnyOrderTypeAndSize() {
    int nLatents = 3000;
    int width = 700; // more than one block
    List<SourcePart> parts = List.of(new SourcePart("a", 0, 699), new SourcePart("b", 699, 1));
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      try (INDArray wDec = Nd4j.create(type, new long[] {nLatents, width}, 'f')) {
        for (int latent = 0; latent < nLatents; latent++) {
          wDec.putScalar(latent, latent % 699, 2);
          wDec.putScalar(latent, 699, latent);
        }
        DecoderNorms norms = DecoderNorms.of(wDec, parts);
        double[] inA = norms.norms("a");
        double[] inB = norms.norms("b");
        for (int latent = 0; latent < nLatents; latent++) {
          assertEquals(2, inA[latent]);
          assertEquals(latent, inB[latent]);
        }
      }
    }
  }

  @Test
  void partsThatDoNotFitThrow() {
    try (INDArray wDec = Nd4j.createFromArray(DECODER)) {
      assertMessage(
          "rows of width 2, but the decoder has the shape [6, 3]",
          () -> DecoderNorms.of(wDec, PARTS.subList(0, 1)));
      DecoderNorms norms = DecoderNorms.of(wDec, PARTS);
      assertMessage(
          "no part is named 'Base'; the parts are [base, chat]", () -> norms.norms("Base"));
      assertMessage("no part is named 'x'", () -> norms.relativeNorms("base", "x"));
    }
  }

  private static void assertMessage(String expected, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
