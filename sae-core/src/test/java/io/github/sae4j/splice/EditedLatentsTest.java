package io.github.sae4j.splice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SaeCases;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.variant.BatchTopK;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Compares edits of sparse codes with edits of the whole matrix of codes. */
class EditedLatentsTest {
  private static final int N_IN = 6;

  private static final List<LatentEdit> EDITS =
      List.of(
          LatentEdit.ablate(3),
          LatentEdit.clamp(0, 2),
          LatentEdit.steer(39, -.5),
          LatentEdit.clamp(3, 1));

  /** Computes {@code x + Σ Δf·W_dec}, edit by edit, in the whole matrix of codes. */
  private static float[] dense(SparseAutoencoder sae, float[] rows) {
    float[] changed = rows.clone();
    INDArray codes = NdCodes.matrix(sae.encode(rows, rows.length / N_IN));
    for (int row = 0; row < rows.length / N_IN; row++) {
      for (LatentEdit edit : EDITS) {
        float change = (float) edit.change(codes.getDouble(row, edit.latent()));
        float[] direction = sae.parameters().wDec().getRow(edit.latent()).toFloatVector();
        for (int j = 0; j < N_IN; j++) {
          changed[row * N_IN + j] += change * direction[j];
        }
      }
    }
    return changed;
  }

  private static Map<String, SparseAutoencoder> dictionaries() {
    Map<String, SparseAutoencoder> all = new LinkedHashMap<>(SaeCases.all(N_IN, 40));
    all.keySet().removeAll(List.of("skip", "norm", "double"));
    SparseAutoencoder untrained =
        new SparseAutoencoder(
            SaeCases.all(N_IN, 40).get("batch-topk").parameters(), new BatchTopK(2, 0, 0));
    untrained.parameters().get("threshold").assign(0);
    all.put("batch-topk of a batch", untrained);
    return all;
  }

  @Test
  void sparseEditsEqualDenseEdits() {
    float[] rows = SaeCases.rows(70, N_IN, 2).data().asFloat();
    dictionaries()
        .forEach(
            (name, sae) -> {
              float[] expected = dense(sae, rows);
              float[] changed = Arrays.copyOf(rows, rows.length + 5); // room after the rows
              new EditedLatents(name, sae, EDITS).apply(changed, 70);
              assertArrayEquals(expected, Arrays.copyOf(changed, rows.length), name);
              assertArrayEquals(
                  new float[5], Arrays.copyOfRange(changed, rows.length, rows.length + 5));
              assertFalse(Arrays.equals(rows, expected), name);
            });
  }

  /** A matrix of all codes, 16,384 by 65,536, would take 4.3 GB; sparse codes may be larger. */
  @Test
  void doesNotAllocateAllCodes() {
    SparseAutoencoder sae = SaeCases.topK(N_IN, 65_536, 2);
    float[] rows = SaeCases.rows(600, N_IN, 2).data().asFloat();
    Codes codes = sae.encode(rows, 600);
    int often = codes.fired().nextSetBit(0);
    float[] changed = rows.clone();
    new EditedLatents("large", sae, List.of(LatentEdit.ablate(often))).apply(changed, 600);
    float[] direction = sae.parameters().wDec().getRow(often).toFloatVector();
    int fired = 0;
    for (int row = 0; row < 600; row++) {
      float f = (float) codes.at(row, often);
      fired += f != 0 ? 1 : 0;
      for (int j = 0; j < N_IN; j++) {
        float expected = rows[row * N_IN + j];
        expected += -f * direction[j];
        assertTrue(expected == changed[row * N_IN + j], "row " + row);
      }
    }
    assertTrue(fired > 0);
    sae.free();
  }
}
