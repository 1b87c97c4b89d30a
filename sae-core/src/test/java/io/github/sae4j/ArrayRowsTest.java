package io.github.sae4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.nd4j.NdCodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Java arrays are encoded and decoded bit for bit as ND4J arrays are. */
class ArrayRowsTest {
  private static final int N_IN = 8;
  private static final int N_LATENTS = 64;

  private final SparseAutoencoder sae = SaeCases.topK(N_IN, N_LATENTS, 4);

  private static float[][] rows(int count) {
    return SaeCases.rows(count, N_IN, 3).toFloatMatrix();
  }

  private static void assertRefused(String message, Executable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action).getMessage());
  }

  @Test
  void everyVariantEncodesArraysAsBatches() {
    SaeCases.all(N_IN, N_LATENTS)
        .forEach(
            (name, each) -> {
              INDArray x = SaeCases.rows(37, N_IN, 3);
              float[][] rows = x.toFloatMatrix();
              Codes codes = each.encode(x);
              float[][] dense = NdCodes.matrix(codes).toFloatMatrix();
              List<SparseCode> found = each.encode(rows);
              assertEquals(rows.length, found.size(), name);
              for (int row = 0; row < rows.length; row++) {
                assertArrayEquals(dense[row], found.get(row).toDense(), name + ", row " + row);
                assertEquals(found.get(row), each.encode(rows[row]), name + " by itself");
              }
              float[][] reconstruction = each.reconstruct(x).toFloatMatrix();
              assertArrayEquals(reconstruction, each.reconstruct(rows), name);
              assertArrayEquals(reconstruction[5], each.reconstruct(rows[5]), name);
            });
  }

  @Test
  void codesOfRowsDecodeAsCodesOfBatches() {
    for (String name : List.of("topk", "relu", "jumprelu", "gated", "norm", "skip")) {
      SparseAutoencoder each = SaeCases.all(N_IN, N_LATENTS).get(name);
      INDArray x = SaeCases.rows(9, N_IN, 3);
      float[][] rows = x.toFloatMatrix();
      List<SparseCode> codes = each.encode(rows);
      float[][] whole = each.decode(each.encode(x), x).toFloatMatrix();
      assertArrayEquals(whole[3], each.decode(codes.get(3), rows[3]), name);
      if (!each.parameters().skips()) {
        float[][] alone = each.decode(each.encode(x)).toFloatMatrix();
        assertArrayEquals(alone, each.decode(codes), name);
        assertArrayEquals(alone[3], each.decode(codes.get(3)), name);
      }
    }
  }

  @Test
  void aDictionaryOfDoublesDecodesItsCodes() {
    SparseAutoencoder doubles = SaeCases.all(N_IN, N_LATENTS).get("double");
    SparseCode none = doubles.encode(rows(1)[0]);
    for (int latent : none.latents()) {
      none = none.with(latent, 0);
    }
    assertEquals(0, none.l0());
    assertArrayEquals(doubles.parameters().bDec().toFloatVector(), doubles.decode(none));
  }

  @Test
  void rowsOfSeveralBlocksAreEncodedAsSingleRows() {
    float[][] rows = rows(4096 + 5);
    List<SparseCode> codes = sae.encode(rows);
    float[][] reconstructions = sae.reconstruct(rows);
    assertEquals(rows.length, codes.size());
    for (int row : new int[] {0, 4095, 4096, 4100}) {
      assertEquals(sae.encode(rows[row]), codes.get(row));
      assertArrayEquals(sae.decode(codes.get(row)), reconstructions[row]);
    }
    assertArrayEquals(reconstructions, sae.decode(codes));
  }

  @Test
  void threadsShareOneDictionary() throws Exception {
    float[][] rows = rows(300);
    List<SparseCode> expected = sae.encode(rows);
    List<SparseCode> one = Arrays.stream(rows).map(sae::encode).toList();
    assertEquals(expected, one);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<List<SparseCode>>> found = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        boolean single = thread % 2 == 0;
        found.add(
            threads.submit(
                () -> single ? Arrays.stream(rows).map(sae::encode).toList() : sae.encode(rows)));
      }
      for (Future<List<SparseCode>> each : found) {
        assertEquals(expected, each.get());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void badRowsAreReportedByNumber() {
    float[][] rows = rows(3);
    assertRefused("there are no rows: expected at least one", () -> sae.encode((float[][]) null));
    assertRefused("there are no rows: expected at least one", () -> sae.encode(new float[0][]));
    assertRefused(
        "there are no rows: expected at least one", () -> sae.reconstruct(new float[0][]));
    assertRefused("the row is null", () -> sae.encode((float[]) null));
    assertRefused("the row must have 8 values, got 7", () -> sae.encode(new float[7]));
    assertRefused("the row must have 8 values, got 9", () -> sae.reconstruct(new float[9]));
    rows[1] = new float[5];
    assertRefused("row 1 must have 8 values, got 5", () -> sae.encode(rows));
    rows[1] = null;
    assertRefused("row 1 is null", () -> sae.reconstruct(rows));
    rows[1] = new float[] {0, 0, 0, Float.NaN, 0, 0, 0, 0};
    assertRefused(
        "row 1 has the value NaN in column 3, which is not a finite number",
        () -> sae.encode(rows));
    assertRefused(
        "the row has the value NaN in column 3, which is not a finite number",
        () -> sae.encode(rows[1]));
  }

  @Test
  void codesOfOtherDictionariesAreRefused() {
    SparseCode other = SaeCases.topK(N_IN, 32, 4).encode(rows(1)[0]);
    SparseCode own = sae.encode(rows(1)[0]);
    assertRefused(
        "this dictionary has 64 latents, but code 1 is for 32",
        () -> sae.decode(List.of(own, other)));
    assertRefused("there are no codes: expected at least one", () -> sae.decode(List.of()));
    assertRefused("code 0 is null", () -> sae.decode((SparseCode) null));
    assertRefused("the row must have 8 values, got 2", () -> sae.decode(own, new float[2]));
  }
}
