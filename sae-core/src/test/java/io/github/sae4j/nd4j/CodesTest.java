package io.github.sae4j.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import java.util.BitSet;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Operations on codes of every kind, on one small batch. */
class CodesTest {
  private static final double[][] VALUES = {{0, 2, 0, .5}, {0, 0, 0, 0}, {4, 0, .25, 3}};

  /** A value of 0 is stored in row 1. */
  private static SparseCodes sparse(DataType type) {
    int[] starts = {0, 2, 3, 6};
    int[] latents = {1, 3, 1, 0, 2, 3};
    return type == DataType.FLOAT
        ? SparseCodes.ofFloats(4, starts, latents, new float[] {2, .5f, 0, 4, .25f, 3})
        : SparseCodes.ofDoubles(4, starts, latents, new double[] {2, .5, 0, 4, .25, 3});
  }

  private static INDArray matrix(DataType type, double[][] values) {
    return Nd4j.createFromArray(values).castTo(type);
  }

  static Stream<Codes> kinds() {
    return Stream.of(DataType.FLOAT, DataType.DOUBLE)
        .flatMap(
            type ->
                Stream.of(
                    sparse(type),
                    new DenseCodes(matrix(type, VALUES)),
                    new DenseCodes(matrix(type, VALUES), true)));
  }

  private static void assertValues(double[][] expected, Codes codes) {
    double[][] actual = NdCodes.matrix(codes).toDoubleMatrix();
    assertEquals(expected.length, actual.length);
    for (int b = 0; b < expected.length; b++) {
      assertArrayEquals(expected[b], actual[b], 1e-12); // −0 is 0
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void entriesOf0DoNotCountAsFired(DataType type) {
    assertEquals("{0, 1, 2, 3}", sparse(type).fired().toString());
    SparseCodes quiet = sparse(type).map((i, latent, value) -> latent == 2 ? 0 : value);
    assertEquals("{0, 1, 3}", quiet.fired().toString());
    assertEquals("{0, 1, 2, 3}", quiet.present().toString());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aSliceKeepsARangeOfLatents(Codes codes) {
    Codes slice = codes.slice(1, 3);
    assertEquals(4, slice.nLatents());
    assertValues(new double[][] {{0, 2, 0, 0}, {0, 0, 0, 0}, {0, 0, .25, 0}}, slice);
    BitSet both = new BitSet();
    both.set(1, 3);
    assertEquals(both, slice.fired());
    assertValues(VALUES, codes.slice(0, 4));
    assertEquals(codes.activations(), codes.slice(0, 4).activations());
    Codes none = codes.slice(2, 2);
    assertValues(new double[3][4], none);
    assertEquals(0, none.activations());
    assertTrue(none.fired().isEmpty());
    assertValues(new double[][] {{0, 2, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}}, slice.slice(0, 2));
    assertEquals(0, slice.slice(3, 4).activations());
    assertValues(VALUES, codes);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void slicesOutOfRangeAreRejected(Codes codes) {
    for (int[] range : new int[][] {{-1, 2}, {3, 2}, {2, 5}}) {
      assertThrows(IndexOutOfBoundsException.class, () -> codes.slice(range[0], range[1]));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void valuesOutsideASliceAre0(Codes codes) {
    DataType type = NdCodes.matrix(codes).dataType();
    Codes slice = codes.slice(3, 4);
    INDArray values = matrix(type, new double[][] {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}});
    boolean every = codes instanceof DenseCodes dense && !dense.rectified();
    double inRow1 = every ? 8 : 0;
    assertValues(
        new double[][] {{0, 0, 0, 4}, {0, 0, 0, inRow1}, {0, 0, 0, 12}},
        slice.sample(NdTensor.of(values)));
    INDArray weights = Nd4j.createFromArray(-1.0, -2.0, -3.0, -4.0).castTo(type);
    double weight = every ? -4 : 0;
    assertValues(
        new double[][] {{0, 0, 0, -4}, {0, 0, 0, weight}, {0, 0, 0, -4}},
        slice.weights(NdTensor.of(weights)));
    assertEquals(every ? 3 : 2, slice.activations());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void productsAreTakenEntryByEntry(Codes codes) {
    assertValues(
        new double[][] {{0, -4, 0, -.25}, {0, 0, 0, 0}, {-16, 0, -.0625, -9}},
        codes.times(codes.times(-1)));
    assertValues(VALUES, codes);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void smallestPositiveAndNonZeros(Codes codes) {
    assertEquals(OptionalDouble.of(.25), codes.smallestPositive());
    assertEquals(5, codes.nonZeros());
    Codes negative = codes.times(-1);
    assertEquals(OptionalDouble.empty(), negative.smallestPositive());
    assertEquals(5, negative.nonZeros());
    assertEquals(OptionalDouble.of(.5), codes.slice(3, 4).smallestPositive());
    assertEquals(0, codes.slice(0, 0).nonZeros());
    assertValues(VALUES, codes);
  }

  @Test
  void activationsCountStoredEntries() {
    assertEquals(6, sparse(DataType.FLOAT).activations());
    assertEquals(12, new DenseCodes(matrix(DataType.FLOAT, VALUES)).activations());
    assertEquals(6, new DenseCodes(matrix(DataType.FLOAT, VALUES)).slice(1, 3).activations());
    assertEquals(5, new DenseCodes(matrix(DataType.FLOAT, VALUES), true).activations());
    assertEquals(2, new DenseCodes(matrix(DataType.FLOAT, VALUES), true).slice(1, 3).activations());
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void filterDropsEntries(DataType type) {
    SparseCodes kept = sparse(type).filter((i, latent, value) -> value > .25 && latent != 0);
    assertEquals(type == DataType.DOUBLE, kept.isDouble());
    assertArrayEquals(new int[] {0, 2, 2, 3}, kept.rowStarts());
    assertArrayEquals(new int[] {1, 3, 3}, kept.latents());
    assertValues(new double[][] {{0, 2, 0, .5}, {0, 0, 0, 0}, {0, 0, 0, 3}}, kept);
    SparseCodes byEntry = sparse(type).filter((i, latent, value) -> i == 2 || i == 5);
    assertArrayEquals(new int[] {0, 0, 1, 2}, byEntry.rowStarts());
    assertArrayEquals(new int[] {1, 3}, byEntry.latents());
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void mapChangesValuesAndKeepsPositions(DataType type) {
    SparseCodes mapped = sparse(type).map((i, latent, value) -> 100 * i + 10 * latent + value);
    assertEquals(type == DataType.DOUBLE, mapped.isDouble());
    assertArrayEquals(sparse(type).rowStarts(), mapped.rowStarts());
    assertValues(new double[][] {{0, 12, 0, 130.5}, {0, 210, 0, 0}, {304, 0, 420.25, 533}}, mapped);
  }

  @Test
  void denseCodesAreAMatrixAndARangeOfItsColumns() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new DenseCodes(Nd4j.zeros(3)));
    assertTrue(e.getMessage().contains("got rank 1"), e.getMessage());
    assertThrows(
        IndexOutOfBoundsException.class, () -> new DenseCodes(Nd4j.zeros(2, 3), false, 1, 4));
  }
}
