package io.github.sae4j.pursuit;

import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.NdEngine;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Finds codes by a {@link Pursuit}. Holds a copy of the decoder. On the host, in float, for up to
 * 16,384 latents and if the heap has room, it also holds the products of all pairs of latents,
 * {@code 4·nLatents²} bytes, which make it several times as fast. Rows are independent of each
 * other and divided among threads. Thread-safe if its engine is.
 */
public final class PursuitEncoder {
  /** Relative size of a residual that is due to rounding alone. */
  private static final double FLOAT_ROUNDING = 1e-6;

  private static final double DOUBLE_ROUNDING = 1e-12;

  private static final int MOST_ROWS = 1024;
  private static final int LEAST_ROWS = 32;

  /** Maximum number of values held by all Cholesky factors at a time. */
  private static final long FACTOR_VALUES = 1L << 24;

  private final Pursuit pursuit;
  private final NdEngine engine;
  private final Directions directions;
  private final Search search;

  /**
   * @param wDec {@code [nLatents, width]} in c order, copied
   * @param engine an engine used by this encoder alone, which keeps the directions packed
   * @throws IllegalArgumentException if a weight is not finite
   */
  public PursuitEncoder(Pursuit pursuit, INDArray wDec, NdEngine engine) {
    this.pursuit = Objects.requireNonNull(pursuit, "pursuit");
    this.engine = Objects.requireNonNull(engine, "engine");
    this.directions = new Directions(wDec, engine);
    engine.freeze(directions.encoder());
    this.search =
        GramSearch.suits(directions)
            ? new GramSearch(pursuit, directions, engine)
            : new SteppedSearch(pursuit, directions, engine);
  }

  /** Creates an encoder that may be forced to search step by step. */
  PursuitEncoder(Pursuit pursuit, INDArray wDec, NdEngine engine, boolean stepped) {
    this.pursuit = pursuit;
    this.engine = engine;
    this.directions = new Directions(wDec, engine);
    this.search =
        stepped
            ? new SteppedSearch(pursuit, directions, engine)
            : new GramSearch(pursuit, directions, engine);
  }

  /** Returns the heap needed, in bytes, for a dictionary with this many latents in float. */
  public static long heapBytes(long latents) {
    return GramSearch.wantedBytes(latents);
  }

  /**
   * Returns the codes of a batch, with at most k latents per row.
   *
   * @param x {@code [rows, width]} in c order, with the decoder's bias already subtracted
   * @throws NotFiniteException if an activation is not finite
   */
  public SparseCodes encode(INDArray x) {
    double[] norms = engine.rowNorms(x).toDoubleVector();
    int most = Math.min(pursuit.k(), directions.count());
    RowCode[] codes = new RowCode[norms.length];
    int block = blockRows(most);
    for (int from = 0; from < codes.length; from += block) {
      int to = Math.min(codes.length, from + block);
      RowCode[] rows = new RowCode[to - from];
      for (int b = from; b < to; b++) {
        if (!Double.isFinite(norms[b])) {
          throw NotFiniteException.ofRow(b);
        }
        codes[b] = RowCode.of(pursuit, most, rounding() * norms[b]);
        rows[b - from] = codes[b];
      }
      search.run(x.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()), rows);
      for (RowCode row : rows) {
        row.close();
      }
    }
    return directions.rescale(directions.assemble(codes));
  }

  /** Frees native memory immediately; the encoder cannot be used afterwards. */
  public void free() {
    engine.release();
    directions.free();
  }

  private double rounding() {
    return directions.dataType() == DataType.DOUBLE ? DOUBLE_ROUNDING : FLOAT_ROUNDING;
  }

  private static int blockRows(int most) {
    long factor = (long) most * (most + 1) / 2;
    return (int) Math.max(LEAST_ROWS, Math.min(MOST_ROWS, FACTOR_VALUES / factor));
  }
}
