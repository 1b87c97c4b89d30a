package io.github.sae4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RowNormTest {

  @Test
  void layerNormByHand() {
    INDArray x = Nd4j.createFromArray(new double[][] {{1, 2, 3}, {10, 10, 40}});
    // means 2 and 20, deviations 1 and √((100 + 100 + 400)/2)
    double wide = Math.sqrt(300);
    INDArray y = RowNorm.LAYER_NORM.apply(x);
    assertArrayEquals(
        new double[] {-1 / 1.00001, 0, 1 / 1.00001}, y.getRow(0).toDoubleVector(), 1e-12);
    assertEquals(20 / (wide + 1e-5), y.getDouble(1, 2), 1e-12);
    assertEquals(40, x.getDouble(1, 2));

    INDArray reconstruction = Nd4j.createFromArray(new double[][] {{1, 0, 0}, {0, 0, 2}});
    RowNorm.LAYER_NORM.undo(reconstruction, x);
    assertArrayEquals(new double[] {3, 2, 2}, reconstruction.getRow(0).toDoubleVector(), 1e-12);
    assertEquals(20 + 2 * wide, reconstruction.getDouble(1, 2), 1e-12);
  }

  @Test
  void javaAndNd4jArraysAgree() {
    Nd4j.getRandom().setSeed(2);
    INDArray x = Nd4j.randn(DataType.FLOAT, 40, 17).muli(3).addi(100);
    float[] values = x.dup('c').data().asFloat();
    RowNorm.LAYER_NORM.apply(values, 17);
    INDArray difference =
        Nd4j.createFromArray(values).reshape(40, 17).sub(RowNorm.LAYER_NORM.apply(x));
    assertTrue(difference.amaxNumber().doubleValue() < 2e-5, difference.amaxNumber().toString());
  }

  @Test
  void constantRowsBecomeZero() {
    INDArray x = Nd4j.valueArrayOf(new long[] {1, 4}, 7.0, DataType.DOUBLE);
    assertEquals(0, RowNorm.LAYER_NORM.apply(x).amaxNumber().doubleValue());
  }

  @Test
  void noneChangesNothing() {
    INDArray x = Nd4j.ones(2, 3);
    assertSame(x, RowNorm.NONE.apply(x));
    INDArray reconstruction = Nd4j.zeros(2, 3);
    RowNorm.NONE.undo(reconstruction, x);
    assertEquals(0, reconstruction.amaxNumber().doubleValue());
  }
}
