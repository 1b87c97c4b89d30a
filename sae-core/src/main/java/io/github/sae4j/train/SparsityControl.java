package io.github.sae4j.train;

/**
 * Finds the coefficient of a sparsity loss that brings a run to so many activations a row: a
 * proportional and integral controller of {@code ln λ} by the error {@code e = ln(L0 / L0*)}, since
 * L0 falls about as a power of λ. The error is a running mean over {@link #WINDOW} steps, and cut,
 * so that a far start does not wind the integral up:
 *
 * <pre>I ← I + g·e      λ = λ₀·exp(I + P·e)</pre>
 *
 * <p>g is such that λ can change by a factor of {@code e^REACH} over the first half of the run with
 * the error at its cut.
 */
final class SparsityControl {
  /** Steps of the running mean of the error. */
  private static final double WINDOW = 5;

  private static final double PROPORTIONAL = 1;
  private static final double CUT = 1;
  private static final double REACH = 12;
  private static final double LARGEST_GAIN = .08;

  private final double target;
  private final double gain;
  private double integral;
  private double error;
  private boolean begun;

  /**
   * What a checkpoint keeps.
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
   * @param steps of the run
   */
  SparsityControl(double target, long steps) {
    this.target = target;
    this.gain = Math.min(LARGEST_GAIN, 2 * REACH / Math.max(1, steps));
  }

  /** What the first coefficient is to be multiplied by in the next step. */
  double factor() {
    return Math.exp(integral + PROPORTIONAL * error);
  }

  /** Takes note of a step's activations a row. */
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
