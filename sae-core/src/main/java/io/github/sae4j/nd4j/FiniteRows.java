package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.Workers;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Finds NaN and infinite values. */
public final class FiniteRows {
  /** Bits of infinity; those of finite floats, without the sign, are lower. */
  private static final int INFINITY = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

  private static final int ROWS = 256;

  private FiniteRows() {}

  /**
   * Returns the first row of a matrix that contains NaN or an infinity; −1 if there is none.
   *
   * @param matrix FLOAT or DOUBLE
   */
  public static int firstBroken(INDArray matrix) {
    if (matrix.dataType() == DataType.FLOAT && HostFloats.areInReach()) {
      return firstBroken(HostFloats.forReading(matrix));
    }
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray copy = matrix.dup('c')) {
      double[] values = copy.data().asDouble();
      for (int i = 0; i < values.length; i++) {
        if (!Double.isFinite(values[i])) {
          return (int) (i / matrix.size(1));
        }
      }
      return -1;
    }
  }

  private static int firstBroken(HostFloats rows) {
    AtomicInteger first = new AtomicInteger(Integer.MAX_VALUE);
    Workers.shared()
        .run(
            rows.rows(),
            ROWS,
            (worker, from, to) -> {
              float[] row = new float[rows.width()];
              for (int b = from; b < to; b++) {
                rows.get(b, row, 0);
                if (!isFinite(row)) {
                  first.accumulateAndGet(b, Math::min);
                  return;
                }
              }
            });
    return first.get() == Integer.MAX_VALUE ? -1 : first.get();
  }

  private static boolean isFinite(float[] row) {
    int largest = 0;
    for (float value : row) {
      largest = Math.max(largest, Float.floatToRawIntBits(value) & Integer.MAX_VALUE);
    }
    return largest < INFINITY;
  }
}
