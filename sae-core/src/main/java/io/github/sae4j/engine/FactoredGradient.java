package io.github.sae4j.engine;

import io.github.sae4j.cpu.ColumnVectors;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The gradient of a matrix W {@code [nLatents, width]}, in factors:
 *
 * <pre>G = Σₜ scaleₜ·codesₜᵀ·yₜ + diag(along)·W</pre>
 *
 * <p>Codes are sparse and batches small beside a dictionary, so the factors take far less memory
 * than G, and an engine that updates W row by row need never write G down.
 *
 * @param terms may be empty
 * @param along null for none
 */
public record FactoredGradient(List<Term> terms, Along along) {

  /**
   * One product.
   *
   * @param codes {@code [rows, nLatents]}
   * @param y {@code [rows, width]}
   */
  public record Term(Codes codes, INDArray y, double scale) {}

  /**
   * The part of the gradient along W's own rows, or along parts of them that lie side by side.
   *
   * @param widths of the parts; their sum is the width of W
   * @param factors {@code [nLatents]} for each part
   */
  public record Along(List<Integer> widths, List<INDArray> factors) {
    public Along {
      widths = List.copyOf(widths);
      factors = List.copyOf(factors);
      if (widths.size() != factors.size()) {
        throw new IllegalArgumentException(
            "expected factors of %d parts, got %d".formatted(widths.size(), factors.size()));
      }
    }

    /** Along whole rows of this width; {@code factors} is {@code [nLatents]}. */
    public static Along rows(int width, INDArray factors) {
      return new Along(List.of(width), List.of(factors));
    }

    /** Adds {@code diag(along)·W} to a matrix of W's shape. */
    void addTo(INDArray out, INDArray w) {
      int from = 0;
      for (int s = 0; s < widths.size(); s++) {
        int to = from + widths.get(s);
        INDArray part = w.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
        out.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to))
            .addi(ColumnVectors.multiply(part.dup('c'), factors.get(s)));
        from = to;
      }
    }
  }

  public FactoredGradient {
    terms = List.copyOf(terms);
  }

  /** A gradient of products alone. */
  public static FactoredGradient of(Term... terms) {
    return of(List.of(terms));
  }

  /** A gradient of products alone. */
  public static FactoredGradient of(List<Term> terms) {
    return new FactoredGradient(terms, null);
  }
}
