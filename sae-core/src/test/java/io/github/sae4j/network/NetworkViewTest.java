package io.github.sae4j.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NetworkViewTest {
  @ParameterizedTest
  @MethodSource("io.github.sae4j.network.NetworkCases#cases")
  void outputEqualsTheNetworksOwn(NetworkCases.Case each) {
    INDArray expected = each.output().get();
    List<String> seen = new ArrayList<>();
    INDArray found =
        each.view()
            .run(
                each.batch(),
                (place, activations) -> {
                  seen.add(place);
                  return activations;
                });
    assertEquals(each.view().places(), seen);
    assertArrayEquals(floats(expected), floats(found), 1e-6f);
    // and leaves it unchanged
    assertArrayEquals(floats(expected), floats(each.output().get()), 1e-6f);
  }

  @ParameterizedTest
  @MethodSource("io.github.sae4j.network.NetworkCases#cases")
  void onlyChangedRowsChangeTheOutput(NetworkCases.Case each) {
    INDArray mask = each.batch().getFeaturesMaskArray();
    float[] expected = floats(each.output().get());
    for (float factor : new float[] {1, 2}) {
      INDArray found =
          each.view()
              .run(
                  each.batch(),
                  (place, activations) -> {
                    if (!place.equals(each.place())) {
                      return activations;
                    }
                    ActivationRows rows =
                        new ActivationRows(activations, each.channelsLast(), mask);
                    float[] values = rows.values();
                    for (int i = 0; i < values.length; i++) {
                      values[i] *= factor;
                    }
                    return rows.with(values);
                  });
      boolean same = Arrays.equals(expected, floats(found));
      assertEquals(factor == 1, same, "times " + factor);
    }
  }

  private static float[] floats(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  @Test
  void activationsAreRowsOfPositions() {
    INDArray maps = Nd4j.arange(2 * 3 * 2 * 2).castTo(DataType.FLOAT).reshape(2, 3, 2, 2);
    ActivationRows rows = new ActivationRows(maps, false, null);
    assertEquals(8, rows.count());
    assertArrayEquals(
        new float[] {1, 5, 9}, Arrays.copyOfRange(rows.values(), 3, 6)); // example 0, position 1
    assertEquals(1, rows.example(7, 2));
    assertEquals(3, rows.position(7, 2));
    INDArray series = Nd4j.arange(2 * 2 * 3).castTo(DataType.FLOAT).reshape(2, 2, 3);
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 0}, {1, 0, 0}});
    ActivationRows steps = new ActivationRows(series, false, mask);
    assertArrayEquals(new float[] {0, 3, 1, 4, 6, 9}, steps.values());
    INDArray changed = steps.with(new float[] {-1, -2, -3, -4, -5, -6});
    assertArrayEquals(new float[] {-1, -3, 2, -2, -4, 5, -5, 7, 8, -6, 10, 11}, floats(changed));
    assertThrows(
        IllegalArgumentException.class, () -> new ActivationRows(Nd4j.zeros(3), false, null));
  }
}
