package io.github.sae4j.train;

/**
 * Steers a run to a target number of activations per row, with two controls. Both follow the error
 * {@code e = ln(L0 / L0*)}, a running mean over {@link #WINDOW} steps, clipped to ±1:
 *
 * <pre>λ = λ₀·exp(I + P·e)  with I ← I + e/τ      θ ← θ·(1 + η·e)</pre>
 *
 * <p>The coefficient λ converges to the value at which the loss itself holds L0*. That takes as
 * long as learning does: an L0 that has fallen far below its target while latents formed would stay
 * there for thousands of steps, however small λ became. Therefore all thresholds (or biases) are
 * moved together as well; if λ is too small, they move up as fast as learning moves them down, and
 * e stays above 0 until I has compensated. That must not take long, since most latents closed this
 * way, weak ones first, die: when τ grew with the length of a run beyond {@link #MOST_STEPS}, two
 * thirds of Gated's latents died in 10,000 steps.
 */
final class SparsityControl {
  private static final double WINDOW = 3;
  private static final double PROPORTIONAL = 1;
  private static final double CUT = 1;
  private static final double RUN_FRACTION = .03;
  private static final double LEAST_STEPS = 10; // of the time constant τ
  private static final double MOST_STEPS = 50;
  private static final double THRESHOLD_FRACTION = .03;

  private final double target;
  private final double gain;
  private double integral;
  private double error;
  private boolean begun;

  /**
   * State kept in a checkpoint.
   *
   * @param integral I
   * @param error the running mean
   * @param begun whether a step has been observed
   */
  record State(double integral, double error, boolean begun) {
    static final State NONE = new State(0, 0, false);
  }

  /**
   * @param target L0*
   * @param steps steps of the run
   */
  SparsityControl(double target, long steps) {
    this.target = target;
    this.gain = 1 / Math.min(MOST_STEPS, Math.max(LEAST_STEPS, RUN_FRACTION * steps));
  }

  /** Returns the factor of the initial coefficient for the next step. */
  double factor() {
    return Math.exp(integral + PROPORTIONAL * error);
  }

  /** Returns the fraction by which to move thresholds after this step. */
  double threshold() {
    return THRESHOLD_FRACTION * error;
  }

  /** Records a step's activations per row. */
  void observe(double l0) {
    double now = Math.log(Math.max(l0, target * 1e-3) / target);
    now = Math.max(-CUT, Math.min(CUT, now));
    error = begun ? error + (now - error) / WINDOW : now;
    begun = true;
    integral += gain * error;
  }

  State state() {
    return new State(integral, error, begun);
  }

  void restore(State state) {
    integral = state.integral();
    error = state.error();
    begun = state.begun();
  }
}
