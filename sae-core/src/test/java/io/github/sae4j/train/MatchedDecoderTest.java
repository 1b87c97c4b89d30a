package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ParameterLayout.Form;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class MatchedDecoderTest {
  private static SaeParameters parameters(int nIn, int nOut, int nLatents) {
    ParameterLayout layout = new ParameterLayout(nIn, nOut, nLatents, Form.TRANSCODER, List.of());
    return FlatParameters.of(layout, FlatParameters.cut(layout, Nd4j.zeros(1, layout.count())));
  }

  @Test
  void eachLatentWritesTheTargetOfItsStrongestRow() {
    SaeParameters p = parameters(2, 3, 4);
    // the third is above 0 nowhere; the fourth is strongest in a row whose target is b_dec
    p.wEnc().assign(Nd4j.createFromArray(new float[][] {{1, 0, -1, -2}, {0, 1, -1, 3}}));
    p.bEnc().assign(Nd4j.createFromArray(0f, 0, 0, .5f));
    p.bDec().assign(Nd4j.createFromArray(1f, 1, 1));
    float[][] decoder = {{0, 0, 5}, {1, 0, 0}, {0, 7, 0}, {0, 0, 2}};
    p.wDec().assign(Nd4j.createFromArray(decoder));
    RowSample inputs = new RowSample(new float[] {1, 1, 4, 1, 2, 3, 0, 2}, 4, 2);
    RowSample targets = new RowSample(new float[] {9, 9, 9, 1, 4, 5, 3, 1, 1, 1, 1, 1}, 4, 3);
    MatchedDecoder.turn(p, inputs, targets);
    // row 1 less b_dec is (0, 3, 4), row 2 is (2, 0, 0), row 3 is 0
    float[][] expected = {{0, 3, 4}, {1, 0, 0}, {0, 7, 0}, {0, 0, 2}};
    for (int l = 0; l < 4; l++) {
      assertArrayEquals(
          expected[l], p.wDec().getRow(l).dup().toFloatVector(), 1e-6f, "latent " + l);
    }
  }

  @Test
  void looksAtAllBlocksOfRowsAndLatents() {
    int rows = 3000;
    int nLatents = 130;
    SaeParameters p = parameters(nLatents, 1, nLatents);
    p.wEnc().assign(Nd4j.eye(nLatents));
    p.wDec().assign(1);
    float[] x = new float[rows * nLatents];
    float[] y = new float[rows];
    for (int l = 0; l < nLatents; l++) {
      int row = l * 23 % rows;
      x[row * nLatents + l] = 1;
      y[row] = l % 2 == 0 ? 3 : -3;
    }
    MatchedDecoder.turn(p, new RowSample(x, rows, nLatents), new RowSample(y, rows, 1));
    for (int l = 0; l < nLatents; l++) {
      assertEquals(l % 2 == 0 ? 1 : -1, p.wDec().getDouble(l, 0), "latent " + l);
    }
  }
}
