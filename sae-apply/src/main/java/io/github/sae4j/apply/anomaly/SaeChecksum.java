package io.github.sae4j.apply.anomaly;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** SHA-256 of all that determines an SAE's codes and reconstructions. */
final class SaeChecksum {
  private static final int ROWS_AT_A_TIME = 1024;

  private SaeChecksum() {}

  static String of(SparseAutoencoder sae) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      SaeParameters p = sae.parameters();
      digest.update(
          "%d %d %s %s %s"
              .formatted(sae.nIn(), sae.nLatents(), sae.variant(), sae.rowNorm(), p.form())
              .getBytes(StandardCharsets.UTF_8));
      update(digest, p.wEnc().transpose());
      update(digest, p.wDec());
      update(digest, p.bEnc().reshape(1, -1));
      update(digest, p.bDec().reshape(1, -1));
      new TreeMap<>(p.extras()).values().forEach(extra -> update(digest, extra.reshape(1, -1)));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, INDArray matrix) {
    for (long from = 0; from < matrix.size(0); from += ROWS_AT_A_TIME) {
      long to = Math.min(matrix.size(0), from + ROWS_AT_A_TIME);
      INDArray part = matrix.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
      try (INDArray copy = part.castTo(DataType.FLOAT).dup('c')) {
        float[] values = copy.data().asFloat();
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        digest.update(bytes);
      }
    }
  }
}
