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

class RowVectorsTest {

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void bitsEqualNd4j(DataType type) {
    for (int[] shape : new int[][] {{1, 1}, {1, 7}, {5, 3}, {700, 129}}) {
      INDArray x = Nd4j.randn(type, shape[0], shape[1]);
      INDArray v = Nd4j.randn(type, shape[1]);
      Bits.assertSame(x.subRowVector(v), RowVectors.minus(x, v));
      Bits.assertSame(x.subRowVector(v), RowVectors.minus(x.dup('f'), v));
      INDArray expected = x.addRowVector(v);
      assertSame(x, RowVectors.addTo(x, v));
      Bits.assertSame(expected, x);
    }
  }

  @Test
  void viewsAreReadAndWrittenInPlace() {
    PartOfMatrix part = new PartOfMatrix();
    INDArray v = Nd4j.randn(DataType.FLOAT, 4);
    INDArray expected = part.view().addRowVector(v);
    Bits.assertSame(part.view().subRowVector(v), RowVectors.minus(part.view(), v));
    RowVectors.addTo(part.view(), v);
    part.assertChangedTo(expected);
  }

  @Test
  void aVectorOfAnotherWidthIsRejected() {
    INDArray x = Nd4j.zeros(DataType.FLOAT, 2, 3);
    assertEquals(
        "expected a vector of 3 values for rows of that width, got 2",
        assertThrows(
                IllegalArgumentException.class,
                () -> RowVectors.minus(x, Nd4j.zeros(DataType.FLOAT, 2)))
            .getMessage());
  }
}
