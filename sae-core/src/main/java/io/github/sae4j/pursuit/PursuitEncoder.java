package io.github.sae4j.pursuit;

import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.engine.SparseCodes;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Finds codes by a {@link Pursuit}. It holds a copy of the decoder and, for up to 16,384 latents in
 * float on the host where the heap has room, the products of all pairs of latents, {@code
 * 4·nLatents²} bytes, with which it is several times as fast. Rows are divided among the threads
 * and never depend on each other. Thread-safe, as its engine is.
 */
public final class PursuitEncoder {
  /** What is left of a row by rounding alone, relative to the row. */
  private static final double FLOAT_ROUNDING = 1e-6;

  private static final double DOUBLE_ROUNDING = 1e-12;

  private static final int MOST_ROWS = 1024;
  private static final int LEAST_ROWS = 32;

  /** Values of all Cholesky factors that are needed at a time. */
  private static final long FACTOR_VALUES = 1L << 24;

  private final Pursuit pursuit;
  private final Engine engine;
  private final Directions directions;
  private final Search search;

  /**
   * @param wDec {@code [nLatents, width]}, c-ordered, copied
   * @param engine that is this encoder's alone and will keep the directions packed
   * @throws IllegalArgumentException if a weight is not finite
   */
  public PursuitEncoder(Pursuit pursuit, INDArray wDec, Engine engine) {
    this.pursuit = Objects.requireNonNull(pursuit, "pursuit");
    this.engine = Objects.requireNonNull(engine, "engine");
    this.directions = new Directions(wDec, engine);
    engine.freeze(directions.encoder());
    this.search =
        GramSearch.suits(directions)
            ? new GramSearch(pursuit, directions, engine)
            : new SteppedSearch(pursuit, directions, engine);
  }

  /** One that goes step by step, whatever fits. */
  PursuitEncoder(Pursuit pursuit, INDArray wDec, Engine engine, boolean stepped) {
    this.pursuit = pursuit;
    this.engine = engine;
    this.directions = new Directions(wDec, engine);
    this.search =
        stepped
            ? new SteppedSearch(pursuit, directions, engine)
            : new GramSearch(pursuit, directions, engine);
  }

  /** Heap that is wanted for a dictionary of so many latents in float, in bytes. */
  public static long heapBytes(long latents) {
    return GramSearch.wantedBytes(latents);
  }

  /**
   * The codes of a batch, of at most k latents a row.
   *
   * @param x {@code [rows, width]}, c-ordered, without the decoder's bias
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

  /** Frees native memory at once; it cannot be used after that. */
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
