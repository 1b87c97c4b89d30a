package io.github.sae4j.examples.compression;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Mean and principal components of rows, strongest first. */
public final class Pca {
  private final INDArray mean; // [1, width]
  private final INDArray components; // [width, width], a component in each column

  public Pca(float[] train, int width) {
    INDArray x = matrix(train, width);
    this.mean = x.mean(true, 0);
    INDArray centred = x.sub(mean);
    INDArray covariance = centred.transpose().mmul(centred).divi(x.rows());
    double[][] sums = covariance.castTo(DataType.DOUBLE).toDoubleMatrix();
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < i; j++) {
        sums[i][j] = sums[j][i];
      }
    }
    EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(sums, false));
    float[][] columns = new float[width][width];
    for (int k = 0; k < width; k++) { // eigenvalues come in descending order
      double[] vector = eigen.getEigenvector(k).toArray();
      for (int j = 0; j < width; j++) {
        columns[j][k] = (float) vector[j];
      }
    }
    this.components = Nd4j.createFromArray(columns);
  }

  static INDArray matrix(float[] rows, int width) {
    return Nd4j.createFromArray(rows).reshape('c', rows.length / width, width);
  }

  /** Returns the coefficients of the strongest components, {@code [n, count]}. */
  public float[] project(float[] rows, int count) {
    INDArray centred = matrix(rows, (int) mean.length()).sub(mean);
    return centred.mmul(first(count)).dup('c').data().asFloat();
  }

  /** Returns rows from the coefficients of the strongest components, {@code [n, width]}. */
  public float[] reconstruct(float[] coefficients, int count) {
    INDArray sum = matrix(coefficients, count).mmul(first(count).transpose()).addi(mean);
    return sum.dup('c').data().asFloat();
  }

  private INDArray first(int count) {
    return components.get(NDArrayIndex.all(), NDArrayIndex.interval(0, count)).dup('c');
  }
}
