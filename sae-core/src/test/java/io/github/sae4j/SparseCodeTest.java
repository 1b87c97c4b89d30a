package io.github.sae4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.sae4j.SparseCode.Activation;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.DenseCodes;
import io.github.sae4j.nd4j.NdCodes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class SparseCodeTest {
  private final SparseCodes codes =
      SparseCodes.ofFloats(
          10,
          new int[] {0, 1, 5, 5},
          new int[] {4, 1, 3, 7, 9, 0},
          new float[] {2, .5f, -3, 0, 3, 8});
  private final SparseCode code = SparseCode.of(codes, 1);

  @Test
  void holdsTheActiveLatentsOfItsRow() {
    assertEquals(10, code.nLatents());
    assertEquals(3, code.l0());
    assertArrayEquals(new int[] {1, 3, 9}, code.latents());
    assertArrayEquals(new float[] {.5f, -3, 3}, code.values());
    assertEquals(-3, code.at(3));
    assertEquals(0, code.at(7));
    assertEquals(0, code.at(0));
    assertEquals("{1: 0.5, 3: -3.0, 9: 3.0} of 10", code.toString());
    assertEquals("{} of 10", SparseCode.of(codes, 2).toString());
    assertThrows(IndexOutOfBoundsException.class, () -> code.at(10));
    assertThrows(IndexOutOfBoundsException.class, () -> SparseCode.of(codes, 3));
  }

  @Test
  void denseAndDoubleCodesAgree() {
    assertEquals(code, SparseCode.of(new DenseCodes(NdCodes.matrix(codes), true), 1));
    SparseCodes doubles =
        SparseCodes.ofDoubles(
            10, new int[] {0, 0, 3}, new int[] {1, 3, 9}, new double[] {.5, -3, 3});
    assertEquals(code, SparseCode.of(doubles, 1));
    assertEquals(code.hashCode(), SparseCode.of(doubles, 1).hashCode());
    assertArrayEquals(NdCodes.matrix(codes).getRow(1).toFloatVector(), code.toDense());
    assertNotEquals(code, SparseCode.of(codes, 0));
    assertNotEquals(code, code.with(9, Math.nextUp(3f)));
    assertEquals(code, SparseCode.of(new DenseCodes(Nd4j.create(code.toDense(), 1, 10)), 0));
  }

  @Test
  void topReturnsTheStrongestFirst() {
    assertEquals(List.of(new Activation(3, -3), new Activation(9, 3)), code.top(2));
    assertEquals(3, code.top(100).size());
    assertEquals(List.of(), code.top(0));
    assertEquals(
        "the number of latents must not be negative, got -1",
        assertThrows(IllegalArgumentException.class, () -> code.top(-1)).getMessage());
  }

  @Test
  void latentsCanBeAblatedAndSteered() {
    assertEquals("{1: 0.5, 9: 3.0} of 10", code.with(3, 0).toString());
    assertEquals("{1: 0.5, 3: 7.0, 9: 3.0} of 10", code.with(3, 7).toString());
    assertEquals("{0: 1.0, 1: 0.5, 3: -3.0, 9: 3.0} of 10", code.with(0, 1).toString());
    assertEquals("{1: 0.5, 3: -3.0, 5: 1.0, 9: 3.0} of 10", code.with(5, 1).toString());
    assertEquals(code, code.with(5, 0));
    assertArrayEquals(new int[] {1, 3, 9}, code.latents());
    assertThrows(IndexOutOfBoundsException.class, () -> code.with(10, 1));
    assertThrows(IllegalArgumentException.class, () -> code.with(1, Float.NaN));
  }

  @Test
  void arraysAreCopies() {
    code.latents()[0] = 8;
    code.values()[0] = 8;
    assertEquals("{1: 0.5, 3: -3.0, 9: 3.0} of 10", code.toString());
    assertArrayEquals(new float[] {2, .5f, -3, 0, 3, 8}, codes.floats());
  }
}
