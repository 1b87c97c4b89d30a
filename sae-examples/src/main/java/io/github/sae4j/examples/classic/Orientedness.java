package io.github.sae4j.examples.classic;

/**
 * How much a filter looks like an edge: the fraction of its gradient energy that lies in one
 * direction. This is the larger eigenvalue of the structure tensor {@code J = Σ ∇w ∇wᵀ}, summed
 * over the pixels, divided by its trace: 1 if all gradients are parallel, as in a straight edge,
 * and 1/2 if no direction is preferred, as in a round spot.
 */
final class Orientedness {
  private Orientedness() {}

  /**
   * Returns the fraction; 1/2 for a filter without gradients.
   *
   * @param filter {@code [side, side]} in row-major order
   */
  static double of(float[] filter, int side) {
    double xx = 0;
    double xy = 0;
    double yy = 0;
    // use the centre of each group of four pixels, so that both slopes belong to the same position
    for (int y = 0; y + 1 < side; y++) {
      for (int x = 0; x + 1 < side; x++) {
        int at = y * side + x;
        double falling = filter[at + side + 1] - filter[at];
        double rising = filter[at + 1] - filter[at + side];
        double gx = falling + rising;
        double gy = falling - rising;
        xx += gx * gx;
        xy += gx * gy;
        yy += gy * gy;
      }
    }
    double trace = xx + yy;
    return trace == 0 ? .5 : .5 + Math.hypot(xx - yy, 2 * xy) / (2 * trace);
  }
}
