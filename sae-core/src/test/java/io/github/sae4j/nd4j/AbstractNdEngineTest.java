package io.github.sae4j.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.engine.AbstractEngineTest;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.PlainLoops;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.engine.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Contract of the engines on ND4J: every engine's, and arrays in any memory order. */
public abstract class AbstractNdEngineTest extends AbstractEngineTest {

  @Override
  protected abstract NdEngine engine();

  /** Returns the data type to test with. */
  protected abstract DataType dataType();

  @Override
  protected boolean isDouble() {
    return dataType() == DataType.DOUBLE;
  }

  @Override
  protected double tolerance() {
    return isDouble() ? 1e-12 : 2e-5;
  }

  @Override
  protected Tensor tensor(double[][] rows) {
    return NdTensor.of(matrix(rows));
  }

  /** Returns an array of rank 1. */
  @Override
  protected Tensor vector(double... values) {
    return NdTensor.of(array(values));
  }

  INDArray matrix(double[][] values) {
    return Nd4j.createFromArray(values).castTo(dataType());
  }

  INDArray array(double... values) {
    return Nd4j.createFromArray(values).castTo(dataType());
  }

  private static int[] rowOf(SparseCodes codes, int row) {
    int[] starts = codes.rowStarts();
    return Arrays.copyOfRange(codes.latents(), starts[row], starts[row + 1]);
  }

  @Test
  void entriesAreInOrderOfLatent() {
    INDArray pre = matrix(new double[][] {{3, 1, 4, 1.5}, {-1, -2, .5, -3}, {-1, 0, -1, -1}});
    SparseCodes codes = (SparseCodes) engine().select(pre, new Selection.TopK(2));
    assertArrayEquals(new int[] {0, 2}, rowOf(codes, 0));
    assertArrayEquals(new int[] {2}, rowOf(codes, 1));
    assertArrayEquals(new int[] {}, rowOf(codes, 2));
    pre = matrix(new double[][] {{3, -1, -4, 1.5}, {-1, -2, .5, 0}});
    codes = (SparseCodes) engine().select(pre, new Selection.AbsTopK(2));
    assertArrayEquals(new int[] {0, 2}, rowOf(codes, 0));
    assertArrayEquals(new int[] {0, 1}, rowOf(codes, 1));
    pre = matrix(new double[][] {{1, 2, 1}, {1, 1, 3}, {2, 1, 1}});
    codes = (SparseCodes) engine().select(pre, new Selection.BatchTopK(2));
    assertArrayEquals(new int[] {0, 1, 2}, rowOf(codes, 0));
    assertArrayEquals(new int[] {0, 2}, rowOf(codes, 1));
    assertArrayEquals(new int[] {0}, rowOf(codes, 2));
  }

  @ParameterizedTest
  @CsvSource({"7, 19, 1025", "300, 5, 97", "5, 6, 3000"})
  void entriesOfEncodedRowsAreInOrderOfLatent(int rows, int nIn, int nLatents) {
    Random random = new Random(rows + nLatents);
    INDArray x = matrix(gaussian(random, rows, nIn));
    INDArray wEnc = matrix(gaussian(random, nIn, nLatents)).dup('f');
    INDArray bEnc = array(gaussian(random, nLatents));
    INDArray pre = engine().affine(x, wEnc, bEnc);
    List<Selection> rules =
        List.of(
            new Selection.TopK(7),
            new Selection.AbsTopK(7),
            new Selection.BatchTopK(7),
            new Selection.Positive(),
            new Selection.Above(gaussian(random, nLatents)));
    List<Codes> encoded = engine().encode(x, wEnc, bEnc, rules);
    for (int i = 0; i < rules.size(); i++) {
      SparseCodes codes = assertInstanceOf(SparseCodes.class, encoded.get(i));
      SparseCodes selected = (SparseCodes) engine().select(pre, rules.get(i));
      assertArrayEquals(selected.rowStarts(), codes.rowStarts());
      assertEquals(isDouble(), codes.isDouble());
      for (int b = 0; b < rows; b++) {
        int[] latents = rowOf(codes, b);
        assertArrayEquals(rowOf(selected, b), latents);
        for (int j = 1; j < latents.length; j++) {
          assertTrue(latents[j - 1] < latents[j], rules.get(i) + " in row " + b);
        }
      }
    }
  }

  @Test
  void takesStridedAndFOrderedInputs() {
    Random random = new Random(5);
    double[][] wide = gaussian(random, 6, 8);
    double[][] w = gaussian(random, 4, 3);
    INDArray view =
        matrix(wide).get(NDArrayIndex.interval(2, 6), NDArrayIndex.interval(1, 5)).dup('f');
    INDArray strided = matrix(wide).get(NDArrayIndex.interval(2, 6), NDArrayIndex.interval(1, 5));
    SparseCodes fromF = (SparseCodes) engine().select(view, new Selection.TopK(2));
    SparseCodes fromView = (SparseCodes) engine().select(strided, new Selection.TopK(2));
    Bits.assertSame(NdCodes.matrix(fromF), NdCodes.matrix(fromView));
    Bits.assertSame(engine().decode(fromF, matrix(w)), engine().decode(fromF, matrix(w).dup('f')));
    INDArray y = matrix(gaussian(random, 4, 3));
    Bits.assertSame(
        NdCodes.matrix(engine().sampledProduct(y, matrix(w), fromF)),
        NdCodes.matrix(engine().sampledProduct(y.dup('f'), matrix(w), fromF)));
  }

  @Test
  void selectsFromStridedAndFOrderedInputs() {
    Random random = new Random(6);
    INDArray wide = matrix(gaussian(random, 6, 8));
    INDArray strided = wide.get(NDArrayIndex.interval(2, 6), NDArrayIndex.interval(1, 5));
    double[] thresholds = gaussian(random, 4);
    for (Selection rule :
        List.of(new Selection.AbsTopK(2), new Selection.Above(thresholds), new Selection.All())) {
      INDArray expected = NdCodes.matrix(engine().select(strided.dup('c'), rule));
      Bits.assertSame(expected, NdCodes.matrix(engine().select(strided, rule)));
      Bits.assertSame(expected, NdCodes.matrix(engine().select(strided.dup('f'), rule)));
    }
    assertCodes(
        PlainLoops.above(strided.toDoubleMatrix(), thresholds),
        engine().select(strided, new Selection.Above(thresholds)));
  }

  /** The layer's parameters are parts of one flat array, the encoder in f order. */
  @Test
  void tensorsShareTheMemoryOfTheirArrays() {
    Random random = new Random(7);
    INDArray flat = array(gaussian(random, 3 + 12 + 4));
    INDArray before = flat.dup();
    INDArray wEnc = flat.get(NDArrayIndex.interval(3, 15)).reshape('f', 3, 4); // [nIn, nLatents]
    Tensor encoder = NdTensor.ofEncoder(wEnc);
    Tensor bEnc = NdTensor.of(flat.get(NDArrayIndex.interval(15, 19)));
    assertEquals(4, encoder.rows());
    assertEquals(3, encoder.width());
    double[][] x = gaussian(random, 5, 3);
    assertTensor(
        PlainLoops.affine(x, wEnc.toDoubleMatrix(), bEnc.toDoubles()),
        engine().affine(tensor(x), encoder, bEnc));
    assertExactly(wEnc.transpose().toDoubleMatrix(), encoder);
    float[] row = new float[3];
    encoder.read(3, row, 0, 3);
    for (int j = 0; j < 3; j++) {
      assertEquals((float) wEnc.getDouble(j, 1), row[j]);
    }
    encoder.write(3, new float[] {7, 8, 9}, 0, 3);
    engine().scale(encoder, 2);
    engine().add(bEnc, 1);
    encoder.close(); // frees no memory of others
    for (int i = 0; i < 19; i++) {
      double was = i >= 6 && i < 9 ? i + 1 : before.getDouble(i);
      double expected = i < 3 ? was : i < 15 ? 2 * was : rounded(was + 1);
      assertEquals(expected, flat.getDouble(i), "at " + i);
    }
  }

  /** A tensor in memory order of its own gives the bits of its copy. */
  @Test
  void tensorsOfPartsOfArraysAreRead() {
    Random random = new Random(9);
    INDArray wide = matrix(gaussian(random, 9, 7));
    INDArray part = wide.get(NDArrayIndex.interval(2, 7), NDArrayIndex.all());
    Tensor view = NdTensor.of(part);
    Tensor copy = engine().copy(view);
    Bits.assertSame(copy, view);
    assertEquals(engine().squares(copy).get(), engine().squares(view).get());
    assertEquals(engine().spread(copy).get(), engine().spread(view).get());
    Bits.assertSame(engine().columnSums(copy), engine().columnSums(view));
    Bits.assertSame(engine().rowNorms(copy, 1, 4), engine().rowNorms(view, 1, 4));
    Bits.assertSame(engine().exponentials(copy), engine().exponentials(view));
    Bits.assertSame(engine().scaled(copy, .3), engine().scaled(view, .3));
    Tensor row = vector(gaussian(random, 7));
    Bits.assertSame(engine().minusRow(copy, row), engine().minusRow(view, row));
    engine().normaliseRows(view);
    engine().normaliseRows(copy);
    Bits.assertSame(copy, view);
    engine().limitRowNorms(view, .5);
    engine().limitRowNorms(copy, .5);
    Bits.assertSame(copy, view);
  }
}
