package io.github.sae4j.apply.anomaly;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.Sha256;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** SHA-256 of all that determines an SAE's codes and reconstructions. */
final class SaeChecksum {
  private static final int ROWS_AT_A_TIME = 1024;

  private SaeChecksum() {}

  static String of(SparseAutoencoder sae) {
    SaeParameters p = sae.parameters();
    Sha256 sha =
        new Sha256()
            .add(
                "%d %d %s %s %s"
                    .formatted(sae.nIn(), sae.nLatents(), sae.variant(), sae.rowNorm(), p.form()));
    add(sha, p.wEnc().transpose());
    add(sha, p.wDec());
    add(sha, p.bEnc().reshape(1, -1));
    add(sha, p.bDec().reshape(1, -1));
    new TreeMap<>(p.extras()).values().forEach(extra -> add(sha, extra.reshape(1, -1)));
    return sha.hex();
  }

  private static void add(Sha256 sha, INDArray matrix) {
    for (long from = 0; from < matrix.size(0); from += ROWS_AT_A_TIME) {
      long to = Math.min(matrix.size(0), from + ROWS_AT_A_TIME);
      INDArray part = matrix.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
      try (INDArray copy = part.castTo(DataType.FLOAT).dup('c')) {
        sha.add(copy.data().asFloat());
      }
    }
  }
}
