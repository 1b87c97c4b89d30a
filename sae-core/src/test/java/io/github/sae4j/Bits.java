package io.github.sae4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.sae4j.engine.Tensor;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Compares arrays and tensors bit for bit. {@code assertEquals} does not: ND4J considers arrays
 * equal if their elements differ by less than 10⁻⁵.
 */
public final class Bits {
  private Bits() {}

  /** Passes if both arrays have the same type, shape and bits, whatever their memory order. */
  public static void assertSame(INDArray expected, INDArray actual) {
    assertSame(expected, actual, "");
  }

  /**
   * Passes if {@link #assertSame(INDArray, INDArray)} does.
   *
   * @param where what is compared, for the failure message
   */
  public static void assertSame(INDArray expected, INDArray actual, String where) {
    assertEquals(expected.dataType(), actual.dataType(), () -> where + ": type");
    assertArrayEquals(expected.shape(), actual.shape(), () -> where + ": shape");
    if (expected.dataType() == DataType.FLOAT) {
      assertArrayEquals(
          flat(expected).toFloatVector(), flat(actual).toFloatVector(), () -> where + ": bits");
    } else {
      assertArrayEquals(
          flat(expected).toDoubleVector(), flat(actual).toDoubleVector(), () -> where + ": bits");
    }
  }

  /** Passes if both tensors have the same precision, shape and bits. */
  public static void assertSame(Tensor expected, Tensor actual) {
    assertSame(expected, actual, "");
  }

  /**
   * Passes if {@link #assertSame(Tensor, Tensor)} does.
   *
   * @param where what is compared, for the failure message
   */
  public static void assertSame(Tensor expected, Tensor actual, String where) {
    assertEquals(expected.isDouble(), actual.isDouble(), () -> where + ": double precision");
    assertEquals(expected.rows(), actual.rows(), () -> where + ": rows");
    assertEquals(expected.width(), actual.width(), () -> where + ": width");
    assertArrayEquals(expected.toDoubles(), actual.toDoubles(), () -> where + ": bits");
  }

  private static INDArray flat(INDArray array) {
    return array.dup('c').reshape(array.length());
  }
}
