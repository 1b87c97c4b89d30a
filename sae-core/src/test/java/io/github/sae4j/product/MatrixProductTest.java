package io.github.sae4j.product;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.sae4j.cpu.Workers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class MatrixProductTest {

  /** Covers either order, views, and single rows, terms and columns. */
  @ParameterizedTest
  @CsvSource({"700, 300, 90", "1, 300, 90", "700, 1, 90", "700, 300, 1", "1, 1, 1", "65, 1000, 33"})
  void multipliesAnyLayout(int rows, int terms, int columns) {
    INDArray a = random(1, rows, terms);
    INDArray b = random(2, terms, columns);
    INDArray expected = a.castTo(DataType.DOUBLE).mmul(b.castTo(DataType.DOUBLE));
    for (INDArray left : new INDArray[] {a, a.dup('f'), inWiderRows(a)}) {
      for (INDArray right : new INDArray[] {b, b.dup('f'), inWiderRows(b)}) {
        assertClose(expected, MatrixProduct.of(left, right));
      }
    }
    INDArray sum = Nd4j.ones(DataType.FLOAT, rows, columns);
    new MatrixProduct(Workers.of(3)).run(a, b, sum, true);
    assertClose(expected.add(1), sum);
  }

  @ParameterizedTest
  @CsvSource({"2", "3", "7"})
  void bitsDoNotDependOnTheNumberOfThreads(int threads) {
    INDArray a = random(1, 1300, 900).transpose();
    INDArray b = random(2, 1300, 70);
    assertArrayEquals(product(Workers.of(1), a, b), product(Workers.of(threads), a, b));
  }

  @ParameterizedTest
  @CsvSource({"40", "700"})
  void aRowTimesAMatrix(int columns) {
    INDArray v = random(1, 1, 50).reshape(50);
    INDArray w = random(2, columns, 50).transpose();
    INDArray expected = v.reshape(1, 50).castTo(DataType.DOUBLE).mmul(w.castTo(DataType.DOUBLE));
    assertClose(expected.reshape(columns), MatrixProduct.rowTimes(v, w));
    INDArray doubles = MatrixProduct.rowTimes(v.castTo(DataType.DOUBLE), w.castTo(DataType.DOUBLE));
    assertClose(expected.reshape(columns), doubles);
  }

  private static float[] product(Workers workers, INDArray a, INDArray b) {
    INDArray out = Nd4j.zeros(DataType.FLOAT, a.size(0), b.size(1));
    new MatrixProduct(workers).run(a, b, out, false);
    return out.data().asFloat();
  }

  private static INDArray random(long seed, int rows, int columns) {
    Nd4j.getRandom().setSeed(seed);
    return Nd4j.randn(DataType.FLOAT, rows, columns).dup('c');
  }

  /** Returns a view with the same values. */
  private static INDArray inWiderRows(INDArray a) {
    INDArray wide = Nd4j.zeros(DataType.FLOAT, a.size(0), a.size(1) + 5);
    INDArray view = wide.get(NDArrayIndex.all(), NDArrayIndex.interval(3, 3 + a.size(1)));
    view.assign(a);
    return view;
  }

  private static void assertClose(INDArray expected, INDArray found) {
    assertArrayEquals(expected.shape(), found.shape());
    INDArray difference = expected.sub(found.castTo(DataType.DOUBLE));
    assertEquals(0, difference.amaxNumber().doubleValue(), 1e-4);
  }
}
