package io.github.sae4j.examples.compression;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How well labels can be told from rows: by the 10 nearest neighbours (cosine, majority, ties to
 * the nearer), and by a linear probe (least squares on one-hot labels with an L2 penalty).
 */
final class Downstream {
  private static final int NEIGHBOURS = 10;

  /** Over the number of columns; rows have length 1. */
  private static final double PENALTY = 10;

  private static final int QUERIES = 512;

  private Downstream() {}

  /** Fractions of test rows with the right label. */
  record Accuracy(double neighbours, double probe) {}

  static Accuracy of(
      float[] train, int[] trainLabels, float[] test, int[] testLabels, int width, int classes) {
    INDArray index = normalised(Pca.matrix(train, width));
    INDArray queries = normalised(Pca.matrix(test, width));
    return new Accuracy(
        neighbours(index, trainLabels, queries, testLabels, classes),
        probe(index, trainLabels, queries, testLabels, classes));
  }

  private static INDArray normalised(INDArray rows) {
    return rows.divColumnVector(rows.norm2(1).addi(1e-12));
  }

  private static double neighbours(
      INDArray index, int[] labels, INDArray queries, int[] wanted, int classes) {
    int right = 0;
    INDArray transposed = index.transpose();
    for (int from = 0; from < wanted.length; from += QUERIES) {
      int to = Math.min(wanted.length, from + QUERIES);
      float[] part = new float[(to - from) * (int) queries.size(1)];
      System.arraycopy(
          queries.data().asFloat(), from * (int) queries.size(1), part, 0, part.length);
      INDArray cosines = Pca.matrix(part, (int) queries.size(1)).mmul(transposed);
      for (int i = from; i < to; i++) {
        float[] row = cosines.getRow(i - from).toFloatVector();
        right += vote(row, labels, classes) == wanted[i] ? 1 : 0;
      }
    }
    return (double) right / wanted.length;
  }

  private static int vote(float[] cosines, int[] labels, int classes) {
    int[] nearest = new int[NEIGHBOURS];
    float[] best = new float[NEIGHBOURS];
    Arrays.fill(best, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < cosines.length; i++) {
      if (cosines[i] > best[NEIGHBOURS - 1]) {
        int at = NEIGHBOURS - 1;
        while (at > 0 && cosines[i] > best[at - 1]) {
          best[at] = best[at - 1];
          nearest[at] = nearest[--at];
        }
        best[at] = cosines[i];
        nearest[at] = i;
      }
    }
    int[] votes = new int[classes];
    int winner = labels[nearest[0]];
    for (int each : nearest) {
      votes[labels[each]]++;
    }
    for (int each : nearest) {
      if (votes[labels[each]] > votes[winner]) {
        winner = labels[each];
      }
    }
    return winner;
  }

  private static double probe(
      INDArray train, int[] labels, INDArray test, int[] wanted, int classes) {
    INDArray x = withOne(train);
    INDArray y = Nd4j.zeros(DataType.FLOAT, labels.length, classes);
    for (int i = 0; i < labels.length; i++) {
      y.putScalar(i, labels[i], 1);
    }
    double[][] gram = doubles(x.transpose().mmul(x));
    for (int j = 0; j < gram.length; j++) {
      gram[j][j] += PENALTY / gram.length;
      for (int i = 0; i < j; i++) {
        gram[j][i] = gram[i][j];
      }
    }
    RealMatrix weights =
        new CholeskyDecomposition(new Array2DRowRealMatrix(gram, false))
            .getSolver()
            .solve(new Array2DRowRealMatrix(doubles(x.transpose().mmul(y)), false));
    INDArray scores =
        withOne(test).mmul(Nd4j.createFromArray(weights.getData()).castTo(DataType.FLOAT));
    int[] predicted = scores.argMax(1).toIntVector();
    int right = 0;
    for (int i = 0; i < wanted.length; i++) {
      right += predicted[i] == wanted[i] ? 1 : 0;
    }
    return (double) right / wanted.length;
  }

  private static double[][] doubles(INDArray matrix) {
    return matrix.castTo(DataType.DOUBLE).toDoubleMatrix();
  }

  private static INDArray withOne(INDArray rows) {
    return Nd4j.hstack(rows, Nd4j.ones(DataType.FLOAT, rows.size(0), 1));
  }
}
