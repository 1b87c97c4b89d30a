package io.github.sae4j.cpu;

import io.github.sae4j.Bits;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A view {@code [4, 4]} of a larger matrix of random numbers. */
final class PartOfMatrix {
  private static final int[] OUTSIDE = {0, 1, 2, 7, 8, 9};

  private final INDArray all = Nd4j.randn(DataType.FLOAT, 6, 10);
  private final INDArray outside = all.getColumns(OUTSIDE).dup();

  INDArray view() {
    return all.get(NDArrayIndex.interval(1, 5), NDArrayIndex.interval(3, 7));
  }

  /** Checks that the view has these numbers, and that the columns beside it are as they were. */
  void assertChangedTo(INDArray expected) {
    Bits.assertSame(expected, view().dup());
    Bits.assertSame(outside, all.getColumns(OUTSIDE));
  }
}
