package io.github.sae4j.cuda.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products in lower precisions and by cublasLt. */
abstract class AbstractPrecisionTest {
  /** Mantissa bits that are kept; 23 in float32. */
  abstract int bits();

  abstract EmulatedEngine emulated();

  private final Random random = new Random(2);

  private float[] values(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private Tensor tensor(int rows, float... values) {
    Tensor tensor = emulated().engine().tensor(rows, values.length / rows);
    tensor.write(0, values, 0, values.length);
    return tensor;
  }

  private double rounded(float value) {
    int dropped = 23 - bits();
    if (dropped == 0) {
      return value;
    }
    int half = 1 << (dropped - 1);
    return Float.intBitsToFloat((Float.floatToRawIntBits(value) + half) >> dropped << dropped);
  }

  private double[] product(float[] x, float[] w, float[] bias, int width) {
    int rows = x.length / width;
    double[] sums = new double[rows * bias.length];
    for (int i = 0; i < rows; i++) {
      for (int l = 0; l < bias.length; l++) {
        double sum = bias[l];
        for (int j = 0; j < width; j++) {
          sum += rounded(x[i * width + j]) * rounded(w[l * width + j]);
        }
        sums[i * bias.length + l] = sum;
      }
    }
    return sums;
  }

  private static void assertClose(double[] expected, Tensor actual) {
    double[] found = actual.toDoubles();
    assertEquals(expected.length, found.length);
    for (int i = 0; i < found.length; i++) {
      assertEquals(expected[i], found[i], 2e-5 * (1 + Math.abs(expected[i])), "at " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 8, 20", "40, 24, 200", "5, 7, 33"})
  void productsAreOfRoundedNumbers(int rows, int width, int nLatents) {
    CudaEngine engine = emulated().engine();
    float[] x = values(rows * width);
    float[] w = values(nLatents * width);
    float[] bias = values(nLatents);
    Tensor rowsOfX = tensor(rows, x);
    Tensor encoder = tensor(nLatents, w);
    Tensor bEnc = tensor(1, bias);
    if (bits() == 10 && width % 4 != 0) {
      return; // such rows are multiplied in float32
    }
    assertClose(product(x, w, bias, width), engine.affine(rowsOfX, encoder, bEnc));
    Codes codes = engine.encode(rowsOfX, encoder, bEnc, List.of(new Selection.TopK(3))).get(0);
    Codes selected = engine.select(engine.affine(rowsOfX, encoder, bEnc), new Selection.TopK(3));
    assertArrayEquals(engine.matrix(selected).toDoubles(), engine.matrix(codes).toDoubles());
  }

  /** A copy in half precision follows steps of Adam and every other change. */
  @Test
  void changesOfTheEncoderAreSeen() {
    CudaEngine engine = emulated().engine();
    int nLatents = 12;
    int width = 8;
    float[] x = values(4 * width);
    float[] w = values(nLatents * width);
    float[] bias = values(nLatents);
    Tensor rowsOfX = tensor(4, x);
    Tensor encoder = tensor(nLatents, w);
    Tensor bEnc = tensor(1, bias);
    assertClose(product(x, w, bias, width), engine.affine(rowsOfX, encoder, bEnc));
    Codes codes = engine.encode(rowsOfX, encoder, bEnc, List.of(new Selection.TopK(3))).get(0);
    engine.adam(
        encoder,
        engine.filledLike(encoder, 0),
        engine.filledLike(encoder, 0),
        FactoredGradient.of(new FactoredGradient.Term(codes, rowsOfX, 1)),
        new AdamStep(.25, .9, .999, 1e-8, 1, 1),
        false);
    assertSeen(rowsOfX, x, encoder, bEnc, bias);
    engine.scale(encoder, -.5);
    assertSeen(rowsOfX, x, encoder, bEnc, bias);
    encoder.write(3, new float[] {5, 6}, 0, 2);
    assertSeen(rowsOfX, x, encoder, bEnc, bias);
    engine.release();
    assertSeen(rowsOfX, x, encoder, bEnc, bias);
    Tensor other = tensor(nLatents, values(nLatents * width));
    assertSeen(rowsOfX, x, other, bEnc, bias);
    encoder.close();
    assertSeen(rowsOfX, x, tensor(nLatents, values(nLatents * width)), bEnc, bias);
  }

  private void assertSeen(Tensor rows, float[] x, Tensor encoder, Tensor bEnc, float[] bias) {
    float[] now = new float[(int) encoder.length()];
    encoder.read(0, now, 0, now.length);
    assertClose(
        product(x, now, bias, encoder.width()), emulated().engine().affine(rows, encoder, bEnc));
  }
}
