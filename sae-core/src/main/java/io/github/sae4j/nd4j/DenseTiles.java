package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.product.AffineProduct;
import io.github.sae4j.product.Tile;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Products stored as a whole matrix, {@code [rows, nLatents]}, and processed tile by tile as they
 * are computed.
 */
record DenseTiles(AffineProduct product) {

  /** {@code x·W_enc + b_enc}. */
  INDArray affine(INDArray x, INDArray wEnc, INDArray bEnc) {
    INDArray pre = HostEngine.matrix(x.size(0), wEnc.size(1));
    HostFloats out = HostFloats.of(pre);
    product.run(x, wEnc, bEnc, (worker, tile) -> copy(tile, out));
    return pre;
  }

  /** {@code max(0, x·W_enc + b_enc)}. */
  DenseCodes relu(INDArray x, INDArray wEnc, INDArray bEnc) {
    INDArray codes = HostEngine.matrix(x.size(0), wEnc.size(1));
    HostFloats out = HostFloats.of(codes);
    product.run(
        x,
        wEnc,
        bEnc,
        (worker, tile) -> {
          float[] values = tile.values();
          int end = tile.rowAt(tile.rows());
          for (int i = tile.rowAt(0); i < end; i++) {
            values[i] = Math.max(0f, values[i]);
          }
          return copy(tile, out);
        });
    return new DenseCodes(codes, true);
  }

  /** {@code y·Wᵀ + weights} where codes are active, masked tile by tile. */
  DenseCodes sampledProduct(INDArray y, INDArray w, DenseCodes codes, INDArray weightsOrNull) {
    INDArray products = HostEngine.matrix(codes.rows(), codes.nLatents());
    INDArray bias = weightsOrNull != null ? weightsOrNull : zeros(codes.nLatents());
    HostFloats active = HostFloats.forReading(codes.matrix());
    HostFloats out = HostFloats.of(products);
    product.run(
        y,
        w.transpose(),
        bias,
        (worker, tile) -> {
          if (codes.rectified()) {
            keepActive(tile, active);
          } else {
            keepLatents(tile, codes.from(), codes.to());
          }
          return copy(tile, out);
        });
    return codes.with(products);
  }

  private static void keepActive(Tile tile, HostFloats codes) {
    float[] f = new float[tile.latents()];
    float[] values = tile.values();
    for (int r = 0; r < tile.rows(); r++) {
      codes.get(tile.firstRow() + r, tile.firstLatent(), f, 0, f.length);
      int at = tile.rowAt(r);
      for (int j = 0; j < f.length; j++) {
        values[at + j] = f[j] > 0 ? values[at + j] : 0f;
      }
    }
  }

  private static void keepLatents(Tile tile, int from, int to) {
    int first = Math.min(Math.max(from - tile.firstLatent(), 0), tile.latents());
    int end = Math.min(Math.max(to - tile.firstLatent(), first), tile.latents());
    for (int r = 0; r < tile.rows(); r++) {
      int at = tile.rowAt(r);
      Arrays.fill(tile.values(), at, at + first, 0f);
      Arrays.fill(tile.values(), at + end, at + tile.latents(), 0f);
    }
  }

  private static boolean copy(Tile tile, HostFloats out) {
    for (int r = 0; r < tile.rows(); r++) {
      out.put(
          tile.firstRow() + r, tile.firstLatent(), tile.values(), tile.rowAt(r), tile.latents());
    }
    return true;
  }

  private static INDArray zeros(long length) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return Nd4j.zeros(DataType.FLOAT, length);
    }
  }
}
