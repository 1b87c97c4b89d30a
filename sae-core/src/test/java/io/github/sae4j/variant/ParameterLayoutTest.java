package io.github.sae4j.variant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.ParameterLayout.Form;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ParameterLayoutTest {
  private static final Variant TOP_K = new TopK(1, 0, 0);

  @Test
  void anAutoencoderByHand() {
    // W_enc 0–7 column by column, b_enc 8–11, W_dec 12–19 row by row, b_dec 20–21
    SaeParameters p = counted(layout(2, 2, Form.AUTOENCODER, TOP_K), 22);
    assertArrayEquals(new double[] {2, 3}, p.wEnc().getColumn(1).toDoubleVector());
    assertArrayEquals(new double[] {8, 9, 10, 11}, p.bEnc().toDoubleVector());
    assertArrayEquals(new double[] {14, 15}, p.wDec().getRow(1).toDoubleVector());
    assertArrayEquals(new double[] {20, 21}, p.bDec().toDoubleVector());
    assertEquals('f', p.wEnc().ordering());
    assertEquals('c', p.wDec().ordering());
  }

  @Test
  void tiedWeightsShareMemory() {
    SaeParameters p = counted(layout(2, 2, Form.TIED, TOP_K), 14);
    assertArrayEquals(new double[] {0, 1, 2, 3}, p.bEnc().toDoubleVector());
    assertArrayEquals(new double[] {6, 7}, p.wDec().getRow(1).toDoubleVector());
    assertArrayEquals(new double[] {6, 7}, p.wEnc().getColumn(1).toDoubleVector());
    p.wDec().putScalar(new int[] {1, 0}, -1);
    assertEquals(-1, p.wEnc().getDouble(0, 1));
    assertTrue(p.isTied());
  }

  @Test
  void transcodersByHand() {
    // W_enc 0–7, b_enc 8–11, W_dec 12–23, b_dec 24–26, W_skip 27–32 row by row
    SaeParameters plain = counted(layout(2, 3, Form.TRANSCODER, TOP_K), 27);
    assertArrayEquals(new double[] {15, 16, 17}, plain.wDec().getRow(1).toDoubleVector());
    assertArrayEquals(new double[] {24, 25, 26}, plain.bDec().toDoubleVector());
    SaeParameters p = counted(layout(2, 3, Form.SKIP_TRANSCODER, TOP_K), 33);
    INDArray skip = p.get(ParameterLayout.SKIP);
    assertArrayEquals(new long[] {2, 3}, skip.shape());
    assertArrayEquals(new double[] {30, 31, 32}, skip.getRow(1).toDoubleVector());
  }

  @Test
  void extrasOfTheVariantComeLast() {
    SaeParameters jump = counted(layout(2, 2, Form.AUTOENCODER, new JumpRelu(1)), 26);
    assertArrayEquals(new double[] {22, 23, 24, 25}, jump.get("threshold").toDoubleVector());
    SaeParameters batch = counted(layout(2, 2, Form.TIED, new BatchTopK(1, 0, 0)), 15);
    assertArrayEquals(new double[] {14}, batch.get("threshold").toDoubleVector());
    SaeParameters gated = counted(layout(2, 3, Form.SKIP_TRANSCODER, new Gated(1)), 41);
    assertArrayEquals(new double[] {33, 34, 35, 36}, gated.get("rmag").toDoubleVector());
    assertArrayEquals(new double[] {37, 38, 39, 40}, gated.get("bmag").toDoubleVector());
    SigmoidKl running = new SigmoidKl(.1, 1, SigmoidKl.Divergence.KULLBACK_LEIBLER, .9);
    counted(layout(2, 2, Form.AUTOENCODER, running), 26);
    counted(layout(2, 2, Form.AUTOENCODER, new SigmoidKl(.1, 1)), 22);
  }

  @Test
  void partsAreViews() {
    ParameterLayout layout = layout(2, 3, Form.SKIP_TRANSCODER, new Gated(1));
    INDArray flat = Nd4j.zeros(DataType.DOUBLE, 1, layout.count());
    Map<String, INDArray> parts = FlatParameters.cut(layout, flat);
    assertEquals(layout.keys(), List.copyOf(parts.keySet()));
    parts.values().forEach(part -> part.assign(1));
    assertEquals(layout.count(), flat.sumNumber().longValue());
  }

  @Test
  void mismatchedSizesAreRejected() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> layout(2, 3, Form.AUTOENCODER, TOP_K))
            .getMessage();
    assertEquals("an autoencoder's output must be as wide as its input, got 2 and 3", message);
    ParameterLayout layout = layout(2, 2, Form.AUTOENCODER, TOP_K);
    message =
        assertThrows(
                IllegalArgumentException.class, () -> FlatParameters.cut(layout, Nd4j.zeros(21)))
            .getMessage();
    assertEquals("an SAE of nIn 2 and nLatents 4 has 22 parameters, got 21", message);
  }

  private static ParameterLayout layout(int nIn, int nOut, Form form, Variant variant) {
    return new ParameterLayout(nIn, nOut, 4, form, variant.extras());
  }

  /** Returns parameters numbered from 0 in memory order. */
  private static SaeParameters counted(ParameterLayout layout, int count) {
    assertEquals(count, layout.count());
    return FlatParameters.of(
        layout, FlatParameters.cut(layout, Nd4j.arange(count).castTo(DataType.DOUBLE)));
  }
}
