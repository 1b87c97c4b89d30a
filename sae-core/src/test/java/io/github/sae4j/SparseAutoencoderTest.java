package io.github.sae4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.pursuit.Pursuit;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.TopK;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class SparseAutoencoderTest {
  private static final int N_IN = 6;
  private static final int N_LATENTS = 40;

  private final SparseAutoencoder sae = SaeCases.topK(N_IN, N_LATENTS, 3);
  private final INDArray x = SaeCases.rows(5, N_IN, 1);

  private static void assertRefused(String words, Executable action) {
    String message = assertThrows(IllegalArgumentException.class, action).getMessage();
    assertTrue(message.contains(words), message);
  }

  @Test
  void arraysOfAnotherLengthAreRefused() {
    assertRefused(
        "expected 2 rows of 6 activations, 12 values in all, got 13",
        () -> sae.encode(new float[13], 2));
    assertRefused(
        "expected 2 rows of 6 activations, 12 values in all, got 10",
        () -> sae.batch(new float[10], 2));
    assertRefused("at least one row, got 0", () -> sae.batch(new float[0], 0));
    assertRefused("at least one row, got -1", () -> sae.encode(new float[6], -1));
    Bits.assertSame(
        NdCodes.matrix(sae.encode(x)), NdCodes.matrix(sae.encode(x.dup('c').data().asFloat(), 5)));
  }

  @Test
  void batchesOfAnotherShapeAreRefused() {
    assertRefused("[rows, 6], got [5, 7]", () -> sae.encode(SaeCases.rows(5, 7, 1)));
    assertRefused("[rows, 6], got [6]", () -> sae.encode(x.getRow(0).dup()));
    assertRefused("[rows, 6], got [1, 5, 6]", () -> sae.encode(x.reshape(1, 5, 6)));
    assertRefused("at least one row", () -> sae.encode(Nd4j.create(DataType.FLOAT, 0, 6)));
    assertRefused("must be numbers, got BOOL", () -> sae.encode(x.gt(0)));
    INDArray closed = x.dup();
    closed.close();
    assertRefused("was closed", () -> sae.encode(closed));
  }

  /** Codes depend only on a batch's values, not on its type or memory layout. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void readsEveryKindOfBatch(DataType type) {
    SparseAutoencoder each =
        SaeCases.random(
            N_IN, N_LATENTS, new TopK(3, 0, 0), Form.AUTOENCODER, type, RowNorm.LAYER_NORM);
    INDArray expected = NdCodes.matrix(each.encode(x));
    INDArray reconstruction = each.reconstruct(x);
    INDArray wide = Nd4j.ones(DataType.FLOAT, 5, 9);
    INDArray view = wide.get(NDArrayIndex.all(), NDArrayIndex.interval(2, 8));
    view.assign(x);
    for (INDArray same :
        new INDArray[] {
          x.dup('f'), view, x.transpose().dup('c').transpose(), x.castTo(DataType.DOUBLE)
        }) {
      Bits.assertSame(expected, NdCodes.matrix(each.encode(same)));
      Bits.assertSame(reconstruction, each.reconstruct(same));
      assertEquals(type, each.reconstruct(same).dataType());
    }
    INDArray whole = Nd4j.createFromArray(new int[][] {{1, 2, 3, 4, 5, 7}});
    Bits.assertSame(
        NdCodes.matrix(each.encode(whole.castTo(DataType.FLOAT))),
        NdCodes.matrix(each.encode(whole)));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void nonFiniteRowsAreNamed(float value) {
    INDArray broken = x.dup();
    broken.putScalar(3, 2, value);
    for (Map.Entry<String, SparseAutoencoder> each : SaeCases.all(N_IN, N_LATENTS).entrySet()) {
      String message =
          assertThrows(
                  NotFiniteException.class, () -> each.getValue().encode(broken), each.getKey())
              .getMessage();
      assertEquals("row 3 of the batch is not finite", message);
    }
  }

  @Test
  void codesOfOtherDictionariesAreRefused() {
    Codes codes = sae.encode(x);
    Codes wider = SaeCases.topK(N_IN, 41, 3).encode(x);
    assertRefused("has 40 latents, but the codes are for 41", () -> sae.decode(wider));
    assertRefused("has 40 latents, but the codes are for 41", () -> sae.decode(wider, x));
    INDArray four = x.get(NDArrayIndex.interval(0, 4), NDArrayIndex.all());
    assertRefused("the batch has 4 rows, but the codes are for 5", () -> sae.decode(codes, four));
    assertRefused("[rows, 6], got [5, 7]", () -> sae.decode(codes, SaeCases.rows(5, 7, 1)));
    SparseCodes doubles =
        SparseCodes.ofDoubles(N_LATENTS, new int[] {0, 1}, new int[] {2}, new double[] {1});
    assertRefused("of type FLOAT, but the codes are DOUBLE", () -> sae.decode(doubles));
    SparseCodes none = SparseCodes.ofFloats(N_LATENTS, new int[1], new int[0], new float[0]);
    assertRefused("at least one row", () -> sae.decode(none));
  }

  @Test
  void usingAFreedDictionaryThrows() {
    Codes codes = sae.encode(x);
    Encoder pursuit = sae.pursuit(Pursuit.matching(2));
    sae.free();
    sae.free();
    for (Executable use :
        new Executable[] {
          () -> sae.encode(x),
          () -> sae.encode(new float[N_IN], 1),
          () -> sae.decode(codes),
          () -> sae.decode(codes, x),
          () -> sae.reconstruct(x),
          () -> sae.pursuit(Pursuit.matching(2)),
          () -> pursuit.encode(x),
          sae::weightsChanged
        }) {
      String message = assertThrows(IllegalStateException.class, use).getMessage();
      assertEquals("this SparseAutoencoder was freed and cannot be used again", message);
    }
    assertEquals(N_IN + N_LATENTS, sae.nIn() + sae.nLatents());
  }

  @Test
  void changedWeightsAreReadAgain() {
    INDArray before = NdCodes.matrix(sae.encode(x));
    sae.parameters().wEnc().muli(2);
    sae.parameters().bEnc().muli(2);
    sae.weightsChanged();
    INDArray after = NdCodes.matrix(sae.encode(x));
    assertNotEquals(before, after);
    Bits.assertSame(before.mul(2), after);
  }

  /** Nothing is read before the first batch. */
  @Test
  void weightsMayBeSetBeforeTheFirstBatch() {
    SparseAutoencoder same = SaeCases.topK(N_IN, N_LATENTS, 3);
    same.parameters().wEnc().muli(2);
    same.parameters().bEnc().muli(2);
    Bits.assertSame(NdCodes.matrix(sae.encode(x)).mul(2), NdCodes.matrix(same.encode(x)));
  }

  @Test
  void nonFiniteWeightsAreNamed() {
    SaeParameters p = sae.parameters();
    for (INDArray matrix : new INDArray[] {p.wEnc().transpose(), p.wDec()}) {
      double kept = matrix.getDouble(17, 2);
      matrix.putScalar(17, 2, Double.NaN);
      sae.weightsChanged();
      assertRefused("not finite at latent 17", () -> sae.encode(x));
      assertRefused("not finite at latent 17", () -> sae.pursuit(Pursuit.matching(1)));
      matrix.putScalar(17, 2, kept);
    }
    p.bEnc().putScalar(3, Double.NaN);
    sae.weightsChanged();
    assertRefused("b_enc has a value that is not finite at latent 3", () -> sae.encode(x));
    p.bEnc().putScalar(3, Double.NEGATIVE_INFINITY);
    sae.weightsChanged();
    sae.encode(x);
    p.bDec().putScalar(0, Double.POSITIVE_INFINITY);
    sae.weightsChanged();
    assertRefused("b_dec has a value that is not finite", () -> sae.reconstruct(x));
  }
}
