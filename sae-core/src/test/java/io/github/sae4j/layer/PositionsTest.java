package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PositionsTest {

  private static INDArray counted(long... shape) {
    int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return Nd4j.arange(count).castTo(DataType.FLOAT).reshape(shape);
  }

  private static INDArray matrix(float[]... rows) {
    return Nd4j.createFromArray(rows);
  }

  @Test
  void rowsOfADenseLayerAreTheArrayItself() {
    INDArray x = counted(3, 2);
    Positions all = Positions.of(x, true, null); // a matrix has only one order
    assertSame(x, all.rows(x));
    assertEquals(3, all.count());
    assertEquals(2, all.width());
    assertEquals(0, all.position(2));
    Positions some = Positions.of(x, false, matrix(new float[][] {{1}, {0}, {1}}));
    Bits.assertSame(matrix(new float[] {0, 1}, new float[] {4, 5}), some.rows(x));
    assertEquals(2, some.example(1));
    Bits.assertSame(
        matrix(new float[] {7, 8, 9}, new float[] {0, 0, 0}, new float[] {1, 2, 3}),
        some.activations(matrix(new float[] {7, 8, 9}, new float[] {1, 2, 3}), DataType.FLOAT, 3));
  }

  @Test
  void aSeriesHasARowPerUnmaskedStep() {
    INDArray x = counted(2, 2, 3); // [batch, width, steps]
    INDArray mask = matrix(new float[] {1, 1, 0}, new float[] {1, 0, 0});
    INDArray expected = matrix(new float[] {0, 3}, new float[] {1, 4}, new float[] {6, 9});
    Positions positions = Positions.of(x, false, mask);
    Bits.assertSame(expected, positions.rows(x));
    assertEquals(1, positions.position(1));
    assertEquals(1, positions.example(2));
    INDArray back = positions.activations(expected.add(100), x);
    assertEquals(x.add(100).getDouble(0, 1, 1), back.getDouble(0, 1, 1));
    assertEquals(x.getDouble(1, 0, 1), back.getDouble(1, 0, 1)); // left out
    INDArray last = x.permute(0, 2, 1);
    Bits.assertSame(expected, Positions.of(last, true, mask).rows(last));
    assertEquals(
        last.add(100).getDouble(0, 1, 1),
        Positions.of(last, true, mask).activations(expected.add(100), last).getDouble(0, 1, 1));
  }

  @Test
  void mapsHaveARowPerPositionInRowMajorOrder() {
    INDArray x = counted(2, 3, 2, 2);
    Positions positions = Positions.of(x, false, null);
    assertEquals(8, positions.count());
    Bits.assertSame(matrix(new float[] {1, 5, 9}), positions.rows(x).getRows(1));
    Bits.assertSame(matrix(new float[] {14, 18, 22}), positions.rows(x).getRows(6));
    assertEquals(1, positions.example(6));
    assertEquals(2, positions.position(6));
    INDArray last = x.permute(0, 2, 3, 1).dup('c');
    Bits.assertSame(positions.rows(x), Positions.of(last, true, null).rows(last));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void activationsAreRestoredFromRows(boolean channelsLast) {
    for (long[] shape : new long[][] {{4, 3}, {4, 3, 5}, {4, 3, 2, 5}}) {
      INDArray x = counted(shape);
      Positions positions = Positions.of(x, channelsLast, null);
      Bits.assertSame(x, positions.activations(positions.rows(x), x));
      Bits.assertSame(
          x, positions.activations(positions.rows(x), DataType.FLOAT, positions.width()));
      INDArray wider = positions.activations(Nd4j.ones(positions.count(), 7), DataType.FLOAT, 7);
      assertEquals(7, wider.size(channelsLast && shape.length > 2 ? -1 : 1));
      assertEquals(positions.count(), Positions.of(wider, channelsLast, null).count());
    }
  }

  @Test
  void masksOfMapsMayBeOfLinesColumnsOrExamples() {
    INDArray x = counted(2, 1, 2, 3);
    INDArray places = Nd4j.createFromArray(new float[] {1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0});
    assertCodes("[0.0, 5.0, 7.0]", x, places.reshape(2, 1, 2, 3));
    INDArray lines = Nd4j.createFromArray(new float[] {0, 1, 1, 0});
    assertCodes("[3.0, 4.0, 5.0, 6.0, 7.0, 8.0]", x, lines.reshape(2, 1, 2, 1));
    INDArray columns = Nd4j.createFromArray(new float[] {1, 0, 0, 0, 0, 1});
    assertCodes("[0.0, 3.0, 8.0, 11.0]", x, columns.reshape(2, 1, 1, 3));
    assertCodes("[6.0, 7.0, 8.0, 9.0, 10.0, 11.0]", x, matrix(new float[][] {{0}, {1}}));
  }

  private static void assertCodes(String expected, INDArray x, INDArray mask) {
    INDArray rows = Positions.of(x, false, mask).rows(x);
    assertEquals(expected, Arrays.toString(rows.ravel().toFloatVector()));
  }

  @Test
  void aMaskMayLeaveOutEverything() {
    INDArray x = counted(2, 2, 3);
    Positions none = Positions.of(x, false, Nd4j.zeros(2, 3));
    assertEquals(0, none.count());
    Bits.assertSame(Nd4j.zeros(2, 5, 3), none.activations(null, DataType.FLOAT, 5));
    Bits.assertSame(x, none.activations(null, x));
  }

  @Test
  void mismatchedMasksAreRejected() {
    assertRefused("[3] have no rows", Nd4j.zeros(3), null);
    assertRefused("shape [2, 4] does not fit", counted(2, 2, 3), Nd4j.ones(2, 4));
    assertRefused("shape [3, 3] does not fit", counted(2, 2, 3), Nd4j.ones(3, 3));
    assertRefused("shape [2, 6] does not fit", counted(2, 1, 2, 3), Nd4j.ones(2, 6));
    assertRefused("shape [2, 1, 3, 3] does not", counted(2, 1, 2, 3), Nd4j.ones(2, 1, 3, 3));
  }

  private static void assertRefused(String part, INDArray x, INDArray mask) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Positions.of(x, false, mask))
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}
