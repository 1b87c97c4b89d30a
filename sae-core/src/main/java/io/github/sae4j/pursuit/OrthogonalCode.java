package io.github.sae4j.pursuit;

/**
 * Orthogonal matching pursuit: each step refits all coefficients by least squares, or by
 * non-negative least squares with the inner loop of Lawson and Hanson 1974, "Solving least squares
 * problems", chapter 23.
 */
final class OrthogonalCode extends RowCode {
  private final boolean signed;
  private CholeskyFactor factor;
  private double[] targets;
  private double[] fit;

  OrthogonalCode(int most, double least, boolean signed) {
    super(most, least);
    this.signed = signed;
    this.factor = new CholeskyFactor(most);
    this.targets = new double[most];
    this.fit = new double[most];
  }

  @Override
  void accept(int latent, double along, double target, double[] dots) {
    // a latent already chosen has no component in the residual: this one is rounding
    if (indexOf(latent) >= 0 || !factor.append(dots)) {
      finish();
      return;
    }
    targets[size()] = target;
    add(latent, 0);
    for (int left = leaving(); left >= 0; left = leaving()) {
      if (left == size() - 1 && latent(left) == latent) {
        finish(); // gains nothing beyond rounding
      }
      drop(left);
    }
    for (int i = 0; i < size(); i++) {
      setCoefficient(i, fit[i]);
    }
  }

  @Override
  void close() {
    super.close();
    factor = null;
    targets = null;
    fit = null;
  }

  /**
   * Fits the coefficients. If some would turn negative, moves from the old coefficients towards the
   * fit until the first of them is zero.
   *
   * @return the index of that coefficient, or −1 if none would turn negative
   */
  private int leaving() {
    System.arraycopy(targets, 0, fit, 0, size());
    factor.solve(fit);
    int first = -1;
    double fraction = 1;
    for (int i = 0; !signed && i < size(); i++) {
      if (fit[i] <= 0) {
        double before = coefficient(i);
        double until = before > 0 ? before / (before - fit[i]) : 0;
        if (first < 0 || until < fraction) {
          first = i;
          fraction = until;
        }
      }
    }
    for (int i = 0; first >= 0 && i < size(); i++) {
      setCoefficient(i, coefficient(i) + fraction * (fit[i] - coefficient(i)));
    }
    return first;
  }

  private void drop(int i) {
    factor.remove(i);
    System.arraycopy(targets, i + 1, targets, i, size() - i - 1);
    remove(i);
  }
}
