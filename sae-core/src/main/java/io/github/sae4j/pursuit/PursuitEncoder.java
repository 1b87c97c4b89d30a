package io.github.sae4j.pursuit;

import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.SparseCodes;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Finds codes by a {@link Pursuit}. Not thread-safe; rows are divided among the workers. */
public final class PursuitEncoder {
  private final Pursuit pursuit;
  private final Directions directions;
  private final Search search;
  private final Engine engine;

  PursuitEncoder(Pursuit pursuit, INDArray wDec, Engine engine, boolean gram) {
    this.pursuit = Objects.requireNonNull(pursuit, "pursuit");
    this.engine = engine;
    this.directions = new Directions(wDec, engine);
    this.search =
        gram
            ? new GramSearch(pursuit, directions, engine)
            : new SteppedSearch(pursuit, directions, engine);
  }

  public SparseCodes encode(INDArray x) {
    INDArray norms = engine.rowNorms(x);
    double[] least = norms.toDoubleVector();
    double epsilon = directions.dataType() == org.nd4j.linalg.api.buffer.DataType.DOUBLE ? 1e-12 : 1e-6;
    RowCode[] rows = new RowCode[least.length];
    for (int b = 0; b < rows.length; b++) {
      least[b] *= epsilon;
      rows[b] = RowCode.of(pursuit, Math.min(pursuit.k(), directions.count()));
    }
    search.run(x, rows, least);
    return directions.rescale(directions.assemble(rows));
  }
}
