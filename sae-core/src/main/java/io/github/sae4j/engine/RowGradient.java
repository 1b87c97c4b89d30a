package io.github.sae4j.engine;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of a matrix W {@code [nLatents, width]}, in factors:
 *
 * <pre>G = Σₜ scaleₜ·codesₜᵀ·yₜ + diag(along)·W</pre>
 *
 * <p>Codes are sparse and batches small beside a dictionary, so the factors take far less memory
 * than G, and an engine that updates W row by row need never write G down.
 *
 * @param terms may be empty
 * @param along {@code [nLatents]}; null for none
 */
public record RowGradient(List<Term> terms, INDArray along) {

  /**
   * One product.
   *
   * @param codes {@code [rows, nLatents]}
   * @param y {@code [rows, width]}
   */
  public record Term(Codes codes, INDArray y, double scale) {}

  public RowGradient {
    terms = List.copyOf(terms);
  }

  /** A gradient of products alone. */
  public static RowGradient of(Term... terms) {
    return new RowGradient(List.of(terms), null);
  }
}
