package io.github.sae4j.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class HostFloatsTest {

  private static INDArray counted(long... shape) {
    return Nd4j.arange((double) Nd4j.zeros(shape).length())
        .castTo(DataType.FLOAT)
        .reshape('c', shape);
  }

  @Test
  void rowsAndRunsAreThoseOfTheMatrix() {
    HostFloats floats = HostFloats.of(counted(3, 4));
    assertEquals(3, floats.rows());
    assertEquals(4, floats.width());
    assertEquals(12, floats.length());
    float[] dst = new float[6];
    floats.get(1, dst, 1);
    assertArrayEquals(new float[] {0, 4, 5, 6, 7, 0}, dst);
    floats.get(2, 1, dst, 0, 2);
    assertArrayEquals(new float[] {9, 10, 5, 6, 7, 0}, dst);
    floats.get(3L, dst, 1, 4);
    assertArrayEquals(new float[] {9, 3, 4, 5, 6, 0}, dst);
    assertArrayEquals(
        new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
        floats.getAll(new float[12], Workers.shared()));
  }

  @Test
  void putWritesToTheArray() {
    INDArray matrix = counted(3, 2);
    HostFloats floats = HostFloats.of(matrix);
    floats.put(0, new float[] {7, 8, 9}, 1);
    floats.put(1, 1, new float[] {5}, 0, 1);
    floats.put(4L, new float[] {-1, -2}, 0, 2);
    assertArrayEquals(new float[] {8, 9, 2, 5, -1, -2}, matrix.reshape(6).toFloatVector());
  }

  @Test
  void aVectorIsOneRow() {
    HostFloats floats = HostFloats.of(counted(5));
    assertEquals(1, floats.rows());
    assertEquals(5, floats.width());
    float[] row = new float[5];
    floats.get(0, row, 0);
    assertArrayEquals(new float[] {0, 1, 2, 3, 4}, row);
  }

  @Test
  void viewsStartAtTheirOffset() {
    INDArray below = counted(4, 3).get(NDArrayIndex.interval(2, 4), NDArrayIndex.all());
    float[] row = new float[3];
    HostFloats.of(below).get(1, row, 0);
    assertArrayEquals(new float[] {9, 10, 11}, row);
  }

  @Test
  void otherOrdersAreForReadingOnly() {
    INDArray transposed = counted(2, 3).transpose();
    float[] all = new float[6];
    HostFloats.forReading(transposed).get(0L, all, 0, 6);
    assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, all);
    assertRefused("row-major", transposed);
    assertRefused("array of floats, found DOUBLE", Nd4j.zeros(DataType.DOUBLE, 2, 3));
  }

  private static void assertRefused(String part, INDArray array) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> HostFloats.of(array)).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void runsOutOfRangeAreRejected() {
    HostFloats floats = HostFloats.of(counted(2, 3));
    float[] five = new float[5];
    assertThrows(IndexOutOfBoundsException.class, () -> floats.get(2L, five, 0, 5));
    assertThrows(IndexOutOfBoundsException.class, () -> floats.put(0L, five, 1, 5));
  }
}
