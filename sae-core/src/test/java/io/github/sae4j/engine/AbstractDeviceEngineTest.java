package io.github.sae4j.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contract of the engines of devices: every engine's, counts of firing latents, and waiting. */
public abstract class AbstractDeviceEngineTest extends AbstractEngineTest {

  @Override
  protected abstract DeviceEngine engine();

  @Override
  protected boolean isDouble() {
    return false;
  }

  @Override
  protected double tolerance() {
    return 2e-5;
  }

  @Override
  protected Tensor tensor(double[][] rows) {
    Tensor tensor = engine().tensor(rows.length, rows[0].length);
    tensor.setDoubles(Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray());
    return tensor;
  }

  @AfterEach
  void nothingWentWrongUnnoticed() {
    engine().await();
  }

  @Test
  void tensorsOfFloatsHaveTheirShape() {
    Tensor tensor = engine().tensor(3, 5);
    assertEquals(3, tensor.rows());
    assertEquals(5, tensor.width());
    assertEquals(false, tensor.isDouble());
    engine().fill(tensor, .5);
    assertTensor(new double[][] {{.5, .5, .5, .5, .5}}, firstRow(tensor));
  }

  private Tensor firstRow(Tensor tensor) {
    return tensor(new double[][] {rows(tensor)[0]});
  }

  @Test
  void whatIsWaitedForIsThere() {
    Tensor x = tensor(new double[][] {{1, 2}, {3, 4}});
    Later sum = engine().sum(x);
    engine().await();
    assertEquals(10, sum.get());
    assertTrue(sum.isThere());
  }

  @Test
  void rowsSinceALatentFiredByHand() {
    try (Firing firing = engine().firing(4, 5)) {
      assertArrayEquals(new long[4], firing.rowsSinceFired());
      assertEquals(new BitSet(), firing.dead().toBitSet());
      assertTrue(firing.dead().isEmpty());
      // latent 3 has an entry of 0, which does not count
      Codes codes =
          engine()
              .map(
                  codes(new double[][] {{1, 0, 0, 2}, {0, 0, 0, 2}, {1, 1, 0, 0}}),
                  EntryRule.ABOVE,
                  Inputs.ofLatents(vector(0, 0, 0, 9)));
      firing.update(codes);
      assertArrayEquals(new long[] {0, 0, 3, 3}, firing.rowsSinceFired());
      assertTrue(firing.dead().isEmpty());
      firing.update(codes(new double[][] {{0, 1, 0, 0}, {0, 0, 0, 0}}));
      assertArrayEquals(new long[] {2, 0, 5, 5}, firing.rowsSinceFired());
      BitSet dead = new BitSet();
      dead.set(2, 4);
      assertEquals(dead, firing.dead().toBitSet());
      assertEquals(2, firing.dead().count());
      assertCodes(
          new double[][] {{0, 0, 7, 0}},
          engine()
              .select(
                  tensor(new double[][] {{9, 9, 7, 5}}),
                  new Selection.TopKAmong(1, firing.dead())));
      firing.update(codes(new double[][] {{0, 0, 0, 1}}));
      assertArrayEquals(new long[] {3, 1, 6, 0}, firing.rowsSinceFired());
      dead.clear(3);
      assertEquals(dead, firing.dead().toBitSet());
    }
  }

  @Test
  void countsAreRestored() {
    long[] counts = {7, 0, 1L << 40};
    try (Firing firing = engine().firing(3, 1L << 35)) {
      firing.restore(counts);
      assertArrayEquals(counts, firing.rowsSinceFired());
      firing.update(codes(new double[][] {{0, 0, 0}, {0, 1, 0}}));
      assertArrayEquals(new long[] {9, 0, (1L << 40) + 2}, firing.rowsSinceFired());
      assertEquals(1, firing.dead().count());
      assertThrows(IllegalArgumentException.class, () -> firing.restore(new long[2]));
    }
  }
}
