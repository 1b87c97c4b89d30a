package io.github.sae4j.cpu;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sums over all values of an array that are bit-identical for any number of threads, whereas ND4J
 * splits an array into one part per thread. Here the parts depend only on the array's shape; one
 * worker sums each part in double precision, and the partial sums are added in order.
 */
public final class OrderedSums {
  /** Values per part, rounded to whole rows. */
  private static final int PART = 1 << 13;

  private static final int PARTS_AT_ONCE = 4;

  private OrderedSums() {}

  /** {@code Σ aᵢ}. */
  public static double sum(INDArray a) {
    return ordered(a, PART, OrderedSums::inOrder);
  }

  /** {@code Σ |aᵢ|}. */
  public static double magnitudes(INDArray a) {
    return ordered(
        a,
        PART,
        values -> {
          for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
          }
          return inOrder(values);
        });
  }

  /** {@code Σ aᵢ²}. */
  public static double squares(INDArray a) {
    return ordered(a, PART, values -> dot(values, values));
  }

  /** {@code Σ aᵢ·bᵢ}, for arrays of equal length. */
  public static double product(INDArray a, INDArray b) {
    if (a.length() != b.length()) {
      throw new IllegalArgumentException(
          "expected arrays of equal length, got lengths %d and %d"
              .formatted(a.length(), b.length()));
    }
    Numbers x = Numbers.of(a);
    Numbers y = Numbers.of(b);
    return ordered(a.length(), PART, (from, n) -> dot(x.get(from, n), y.get(from, n)));
  }

  /**
   * {@code Σ ‖aᵢ − m‖²} over the rows of a matrix.
   *
   * @param rows {@code [rows, width]}
   * @param centre m, {@code [width]}
   */
  public static double squaredDistances(INDArray rows, INDArray centre) {
    double[] m = Numbers.of(centre).get(0, Math.toIntExact(centre.length()));
    return ordered(
        rows,
        Math.max(1, PART / m.length) * m.length,
        values -> {
          for (int row = 0; row < values.length; row += m.length) {
            for (int j = 0; j < m.length; j++) {
              values[row + j] -= m[j];
            }
          }
          return dot(values, values);
        });
  }

  /** Returns the sum over parts of an array, each of which {@code sum} may overwrite. */
  private static double ordered(INDArray a, int part, ToDoubleFunction<double[]> sum) {
    Numbers numbers = Numbers.of(a);
    return ordered(a.length(), part, (from, n) -> sum.applyAsDouble(numbers.get(from, n)));
  }

  /** Sum over the values {@code [from, from + n)}. */
  private interface PartSum {
    double of(long from, int n);
  }

  private static double inOrder(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static double ordered(long length, int part, PartSum sum) {
    double[] sums = new double[Math.toIntExact((length + part - 1) / part)];
    Workers.Body body =
        (worker, first, end) -> {
          for (int p = first; p < end; p++) {
            long from = (long) p * part;
            sums[p] = sum.of(from, (int) Math.min(part, length - from));
          }
        };
    if (sums.length <= PARTS_AT_ONCE) {
      body.apply(0, 0, sums.length);
    } else {
      Workers.shared().run(sums.length, PARTS_AT_ONCE, body);
    }
    return inOrder(sums);
  }

  /** Uses four parallel sums, since a single one would wait for each addition. */
  private static double dot(double[] x, double[] y) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = 0;
    for (; i + 4 <= x.length; i += 4) {
      sum0 += x[i] * y[i];
      sum1 += x[i + 1] * y[i + 1];
      sum2 += x[i + 2] * y[i + 2];
      sum3 += x[i + 3] * y[i + 3];
    }
    for (; i < x.length; i++) {
      sum0 += x[i] * y[i];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }

  /** The values of an array in double precision, run by run. */
  private interface Numbers {
    /** Returns a new array of the values {@code [from, from + n)}. */
    double[] get(long from, int n);

    static Numbers of(INDArray array) {
      if (array.dataType() != DataType.FLOAT) {
        double[] all = array.reshape(array.length()).toDoubleVector();
        return (from, n) -> Arrays.copyOfRange(all, (int) from, (int) from + n);
      }
      HostFloats floats = HostFloats.forReading(array);
      return (from, n) -> {
        float[] run = new float[n];
        floats.get(from, run, 0, n);
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
          values[i] = run[i];
        }
        return values;
      };
    }
  }
}
