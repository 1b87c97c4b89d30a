package io.github.sae4j.splice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.ReluL1;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class InterventionTest {
  private static final ReluL1 RELU = new ReluL1(0, ReluL1.Weighting.PLAIN);

  /** Two latents, the axes, which leave out the third dimension. */
  private static SparseAutoencoder axes(RowNorm norm, Form form) {
    return new SparseAutoencoder(
        new SaeParameters(
            Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {0, 0}}).dup('f'),
            Nd4j.zeros(DataType.FLOAT, 2),
            Nd4j.createFromArray(new float[][] {{1, 0, 0}, {0, 1, 0}}),
            Nd4j.zeros(DataType.FLOAT, 3),
            Map.of(),
            form),
        RELU,
        norm);
  }

  private static final SparseAutoencoder SAE = axes(RowNorm.NONE, Form.AUTOENCODER);

  private static float[] applied(Intervention intervention, float... rows) {
    float[] changed = rows.clone();
    intervention.apply(changed, rows.length / 3);
    return changed;
  }

  @Test
  void wholeRowsAreReplaced() {
    float[] rows = {1, 2, 3, -4, 5, 6};
    assertArrayEquals(new float[6], applied(Intervention.zero(), rows));
    assertArrayEquals(
        new float[] {7, 8, 9, 7, 8, 9}, applied(Intervention.mean(new float[] {7, 8, 9}), rows));
    assertArrayEquals(
        new float[] {1, 2, 0, 0, 5, 0}, applied(Intervention.reconstruction("sae", SAE), rows));
  }

  /** What the dictionary does not see, the third value and negative values, is kept. */
  @Test
  void onlyEditedLatentsChange() {
    float[] rows = {1, 2, 3, -4, 5, 6};
    assertArrayEquals(new float[] {1, 0, 3, -4, 0, 6}, applied(edited(LatentEdit.ablate(1)), rows));
    assertArrayEquals(
        new float[] {9, 2, 3, 5, 5, 6}, applied(edited(LatentEdit.clamp(0, 9)), rows));
    assertArrayEquals(
        new float[] {1, 2.5f, 3, -4, 5.5f, 6}, applied(edited(LatentEdit.steer(1, .5)), rows));
    assertArrayEquals(
        new float[] {0, 12, 3, -4, 15, 6},
        applied(edited(LatentEdit.ablate(0), LatentEdit.steer(1, 10)), rows));
  }

  private static Intervention edited(LatentEdit... edits) {
    return new EditedLatents("edited", SAE, List.of(edits));
  }

  @Test
  void unsupportedEditsThrow() {
    assertRefused(() -> edited(LatentEdit.ablate(2)), "has 2 latents; there is no latent 2");
    assertRefused(() -> LatentEdit.ablate(-1), "got -1");
    assertRefused(() -> LatentEdit.clamp(0, Double.NaN), "NaN");
    SparseAutoencoder normed = axes(RowNorm.LAYER_NORM, Form.AUTOENCODER);
    assertRefused(() -> new EditedLatents("x", normed, List.of()), "does not normalise its rows");
    SparseAutoencoder transcoder = axes(RowNorm.NONE, Form.TRANSCODER);
    assertRefused(() -> Intervention.reconstruction("x", transcoder), "x is a transcoder");
    assertEquals("zero", Intervention.zero().name());
  }

  private static void assertRefused(Executable action, String words) {
    String message = assertThrows(IllegalArgumentException.class, action).getMessage();
    assertTrue(message.contains(words), message);
  }
}
