package io.github.sae4j.examples.classic;

/**
 * How much a filter looks like an edge: the share of its gradients' energy that lies in one
 * direction. With the structure tensor {@code J = Σ ∇w ∇wᵀ} over the pixels, it is J's larger
 * eigenvalue over its trace: 1 where all gradients are parallel, as in a straight edge, and 1/2
 * where no direction is preferred, as in a round spot.
 */
final class Orientedness {
  private Orientedness() {}

  /**
   * The share; 1/2 for a filter without gradients.
   *
   * @param filter {@code [side, side]}, line after line
   */
  static double of(float[] filter, int side) {
    double xx = 0;
    double xy = 0;
    double yy = 0;
    // At the middle of each four pixels, so that both slopes belong to one place.
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
