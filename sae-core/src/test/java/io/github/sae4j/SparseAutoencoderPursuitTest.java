package io.github.sae4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.pursuit.Pursuit;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.TopK;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SparseAutoencoderPursuitTest {
  private static final float[][] AXES = {{1, 0, 0}, {0, 2, 0}, {0, 0, 4}, {-1, 0, 0}};

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void usesOnlyTheDecoderAndItsBias(DataType type) {
    SparseAutoencoder sae =
        new SparseAutoencoder(
            parameters(type, ParameterLayout.Form.AUTOENCODER), new TopK(1, 0, 0));
    INDArray x = Nd4j.createFromArray(new float[][] {{13, 26, 30}, {8, 20, 34}}).castTo(type);
    Codes codes = sae.pursuit(Pursuit.orthogonal(2)).encode(x);
    // minus b_dec: (3, 6, 0) and (-2, 0, 4)
    assertArrayEquals(
        new double[] {3, 3, 0, 0, 0, 0, 1, 2},
        NdCodes.matrix(codes).ravel().toDoubleVector(),
        1e-6);
    assertEquals(0, sae.decode(codes, x).sub(x).norm2Number().doubleValue(), 1e-5);
  }

  @Test
  void normalisesRowsFirst() {
    SparseAutoencoder sae =
        new SparseAutoencoder(
            parameters(DataType.FLOAT, ParameterLayout.Form.AUTOENCODER),
            new TopK(1, 0, 0),
            RowNorm.LAYER_NORM);
    INDArray x = Nd4j.createFromArray(new float[][] {{1, 2, 6}});
    Codes codes = sae.pursuit(Pursuit.matching(3).withSigns()).encode(x);
    assertEquals(0, sae.decode(codes, x).sub(x).norm2Number().doubleValue(), 1e-4);
    assertArrayEquals(new float[] {1, 2, 6}, x.ravel().toFloatVector());
  }

  @Test
  void refusesTranscodersAndOtherWidths() {
    SparseAutoencoder transcoder =
        new SparseAutoencoder(
            parameters(DataType.FLOAT, ParameterLayout.Form.TRANSCODER), new TopK(1, 0, 0));
    String message =
        assertThrows(IllegalArgumentException.class, () -> transcoder.pursuit(Pursuit.matching(1)))
            .getMessage();
    assertTrue(message.contains("transcoder"), message);
    SparseAutoencoder sae =
        new SparseAutoencoder(
            parameters(DataType.FLOAT, ParameterLayout.Form.AUTOENCODER), new TopK(1, 0, 0));
    Encoder encoder = sae.pursuit(Pursuit.matching(1));
    assertThrows(IllegalArgumentException.class, () -> encoder.encode(Nd4j.ones(2, 4)));
  }

  /** Returns parameters whose encoder finds nothing. */
  private static SaeParameters parameters(DataType type, ParameterLayout.Form form) {
    return new SaeParameters(
        Nd4j.zeros(type, 4, 3).transpose(),
        Nd4j.zeros(type, 4),
        Nd4j.createFromArray(AXES).castTo(type),
        Nd4j.createFromArray(new float[] {10, 20, 30}).castTo(type),
        Map.of(),
        form);
  }
}
