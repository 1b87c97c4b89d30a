package io.github.sae4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.sae4j.Bits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ColumnVectorsTest {

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void bitsEqualNd4j(DataType type) {
    for (int[] shape : new int[][] {{1, 1}, {1, 7}, {5, 3}, {700, 129}}) {
      INDArray x = Nd4j.randn(type, shape[0], shape[1]);
      INDArray c = Nd4j.randn(type, shape[0]);
      Bits.assertSame(x.dup().subiColumnVector(c), ColumnVectors.minus(x, c));
      Bits.assertSame(x.dup().subiColumnVector(c), ColumnVectors.minus(x.dup('f'), c));
      Bits.assertSame(x.dup().addiColumnVector(c), ColumnVectors.add(x.dup(), c));
      Bits.assertSame(x.dup().muliColumnVector(c), ColumnVectors.multiply(x.dup(), c));
      Bits.assertSame(x.dup().diviColumnVector(c), ColumnVectors.divide(x.dup(), c));
      Bits.assertSame(x.dup().diviColumnVector(c), ColumnVectors.divide(x.dup('f'), c));
      assertSame(x, ColumnVectors.multiply(x, c));
    }
  }

  @Test
  void viewsAreChangedInPlace() {
    PartOfMatrix part = new PartOfMatrix();
    INDArray c = Nd4j.randn(DataType.FLOAT, 4);
    INDArray expected = part.view().dup('c').muliColumnVector(c);
    ColumnVectors.multiply(part.view(), c);
    part.assertChangedTo(expected);
  }

  @Test
  void oneNumberPerRowIsRequired() {
    INDArray x = Nd4j.zeros(DataType.FLOAT, 2, 3);
    assertEquals(
        "expected one number for each of 2 rows, got 3",
        assertThrows(
                IllegalArgumentException.class,
                () -> ColumnVectors.add(x, Nd4j.zeros(DataType.FLOAT, 3)))
            .getMessage());
  }
}
