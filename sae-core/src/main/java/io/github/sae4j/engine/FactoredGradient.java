package io.github.sae4j.engine;

import java.util.List;

/**
 * The gradient of a matrix W {@code [nLatents, width]} in factored form:
 *
 * <pre>G = Σₜ scaleₜ·codesₜᵀ·yₜ + diag(along)·W</pre>
 *
 * <p>Codes are sparse and batches are small compared with a dictionary, so the factors take far
 * less memory than G, and an engine that updates W row by row never needs to store G.
 *
 * @param terms products to sum; may be empty
 * @param along component along W's rows; null for none
 */
public record FactoredGradient(List<Term> terms, Along along) {

  /**
   * A product {@code scale·codesᵀ·y}.
   *
   * @param codes {@code [rows, nLatents]}
   * @param y {@code [rows, width]}
   */
  public record Term(Codes codes, Tensor y, Later scale) {
    /** Creates a product whose scale is known. */
    public Term(Codes codes, Tensor y, double scale) {
      this(codes, y, Later.of(scale));
    }
  }

  /**
   * The component of the gradient along W's own rows, or along consecutive parts of them.
   *
   * @param widths widths of the parts, which add up to the width of W
   * @param factors factors of each part, {@code [nLatents]}
   */
  public record Along(List<Integer> widths, List<Tensor> factors) {
    public Along {
      widths = List.copyOf(widths);
      factors = List.copyOf(factors);
      if (widths.size() != factors.size()) {
        throw new IllegalArgumentException(
            "expected factors for %d parts, got %d".formatted(widths.size(), factors.size()));
      }
    }

    /**
     * Returns a component along whole rows of this width; {@code factors} is {@code [nLatents]}.
     */
    public static Along rows(int width, Tensor factors) {
      return new Along(List.of(width), List.of(factors));
    }
  }

  public FactoredGradient {
    terms = List.copyOf(terms);
  }

  /** Returns a gradient that consists only of products. */
  public static FactoredGradient of(Term... terms) {
    return of(List.of(terms));
  }

  /** Returns a gradient that consists only of products. */
  public static FactoredGradient of(List<Term> terms) {
    return new FactoredGradient(terms, null);
  }
}
