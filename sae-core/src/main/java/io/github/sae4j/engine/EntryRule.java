package io.github.sae4j.engine;

/**
 * A function of one number and what belongs to it, by which codes, vectors and single numbers are
 * mapped, filtered and summed. Rules have names instead of being lambdas, because an engine on a
 * device has each of them as code of its own.
 *
 * <p>All arithmetic is in double precision; the engine rounds the result to the type of what
 * receives it.
 */
public enum EntryRule {
  /** {@code v + u}. */
  SUM((v, a, b, c, u, w, p, q) -> v + u),
  /** {@code v + p}. */
  ADD((v, a, b, c, u, w, p, q) -> v + p),
  /** {@code v·u}. */
  PRODUCT((v, a, b, c, u, w, p, q) -> v * u),
  /** {@code v·p}. */
  SCALE((v, a, b, c, u, w, p, q) -> v * p),
  /** {@code v/u}; 0 if u is 0. */
  RATIO((v, a, b, c, u, w, p, q) -> u == 0 ? 0 : v / u),
  /** {@code u/v}; 0 if v is 0. */
  RATIO_TURNED((v, a, b, c, u, w, p, q) -> v == 0 ? 0 : u / v),
  /** {@code v/p}. */
  DIVIDE((v, a, b, c, u, w, p, q) -> v / p),
  /** {@code v²}. */
  SQUARE((v, a, b, c, u, w, p, q) -> v * v),
  /** The constant p, as the value of every entry. */
  CONSTANT((v, a, b, c, u, w, p, q) -> p),
  /** v, or 0 if v is negative. */
  AT_LEAST_ZERO((v, a, b, c, u, w, p, q) -> v > 0 ? v : 0),
  /**
   * The scale u of gradients, lowered so that a gradient whose squared norm is v gets a norm of at
   * most p ({@link AdamStep#clipped}).
   */
  CLIPPED(
      (v, a, b, c, u, w, p, q) -> {
        double norm = Math.sqrt(v) * u;
        return norm > p ? u * p / norm : u;
      }),
  /** JumpReLU: v where it exceeds the threshold a. */
  ABOVE((v, a, b, c, u, w, p, q) -> v > a ? v : 0),
  /** JumpReLU's gradient: v where the pre-activation u exceeds the threshold a. */
  WHERE_ABOVE((v, a, b, c, u, w, p, q) -> u > a ? v : 0),
  /** p where the pre-activation v is within q/2 of the threshold a. */
  NEAR_STEP((v, a, b, c, u, w, p, q) -> Math.abs(v - a) < q / 2 ? p : 0),
  /**
   * A JumpReLU threshold's gradient {@code −p·v·a/q}, for the gradient v at a code, where the
   * pre-activation u is within q/2 of the threshold a.
   */
  STEP_GRADIENT((v, a, b, c, u, w, p, q) -> Math.abs(u - a) < q / 2 ? -(p * v * a / q) : 0),
  /** {@code tanh(p·v)}. */
  TANH((v, a, b, c, u, w, p, q) -> Math.tanh(p * v)),
  /** {@code q·p·(1 − tanh²(p·v))}. */
  TANH_SLOPE(
      (v, a, b, c, u, w, p, q) -> {
        double t = Math.tanh(p * v);
        return q * p * (1 - t * t);
      }),
  /** {@code (v + ε)ᵖ} where v is active; ε is {@link #EPSILON}. */
  POWER((v, a, b, c, u, w, p, q) -> Math.pow(v + EntryRule.EPSILON, p)),
  /** {@code q·p·(v + ε)ᵖ⁻¹} where v is active; ε is {@link #EPSILON}. */
  POWER_SLOPE((v, a, b, c, u, w, p, q) -> q * p * Math.pow(v + EntryRule.EPSILON, p - 1)),
  /** Gated: the magnitude {@code max(0, eᵃ·(v − b) + c)}. */
  MAGNITUDE((v, a, b, c, u, w, p, q) -> Math.max(0, Math.exp(a) * (v - b) + c)),
  /** Gated: the gradient of a, {@code p·v·eᵃ·(w − b)} where the magnitude u is positive. */
  MAGNITUDE_SCALE_GRADIENT((v, a, b, c, u, w, p, q) -> u > 0 ? p * v * Math.exp(a) * (w - b) : 0),
  /** {@code p·v} where u is positive. */
  WHERE_POSITIVE((v, a, b, c, u, w, p, q) -> u > 0 ? p * v : 0),
  /** Gated: the gradient of the gate's product, {@code eᵃ·v} where the magnitude u is positive. */
  MAGNITUDE_GRADIENT((v, a, b, c, u, w, p, q) -> u > 0 ? Math.exp(a) * v : 0),
  /** {@code e^min(v, p)}. */
  EXPONENTIAL((v, a, b, c, u, w, p, q) -> Math.exp(Math.min(v, p))),
  /** The sigmoid's gradient: {@code v·u·(1 − u)}. */
  SIGMOID_GRADIENT((v, a, b, c, u, w, p, q) -> v * u * (1 - u)),
  /** The hyperbolic tangent's gradient: {@code v·(1 − u²)}. */
  TANH_GRADIENT((v, a, b, c, u, w, p, q) -> v * (1 - u * u)),
  /** A running mean: v, or b if there is no earlier mean, that is if a is 0. */
  FIRST_OR_MEAN((v, a, b, c, u, w, p, q) -> a == 0 ? b : v),
  /** A running mean of numbers p with decay q; it starts at the first and skips NaN. */
  RUNNING_MEAN((v, a, b, c, u, w, p, q) -> Double.isNaN(p) ? v : v == 0 ? p : q * v + (1 - q) * p),
  /** The Kullback–Leibler divergence of rate v from the target p. */
  KULLBACK_LEIBLER((v, a, b, c, u, w, p, q) -> Rates.kullbackLeibler(p, Rates.clamped(v))),
  /** q times the slope of {@link #KULLBACK_LEIBLER}. */
  KULLBACK_LEIBLER_SLOPE(
      (v, a, b, c, u, w, p, q) -> {
        double r = Rates.clamped(v);
        return q * ((1 - p) / (1 - r) - p / r);
      }),
  /** The Jensen–Shannon divergence of rate v from the target p. */
  JENSEN_SHANNON(
      (v, a, b, c, u, w, p, q) -> {
        double r = Rates.clamped(v);
        double m = (p + r) / 2;
        return (Rates.kullbackLeibler(p, m) + Rates.kullbackLeibler(r, m)) / 2;
      }),
  /** q times the slope of {@link #JENSEN_SHANNON}. */
  JENSEN_SHANNON_SLOPE(
      (v, a, b, c, u, w, p, q) -> {
        double r = Rates.clamped(v);
        double m = (p + r) / 2;
        return q * ((Math.log(r / m) - Math.log((1 - r) / (1 - m))) / 2);
      });

  @SuppressWarnings("ImmutableEnumChecker") // lambdas that capture nothing
  private final Function function;

  EntryRule(Function function) {
    this.function = function;
  }

  /** Keeps the slope of {@link #POWER} finite at 0. */
  public static final double EPSILON = 1e-6;

  /**
   * Computes the function.
   *
   * @param v the value
   * @param a first number of the value's latent
   * @param b second number of the latent
   * @param c third number of the latent
   * @param u value of other codes at the same place
   * @param w value of further codes at the same place
   * @param p first constant
   * @param q second constant
   */
  public double of(double v, double a, double b, double c, double u, double w, double p, double q) {
    return function.of(v, a, b, c, u, w, p, q);
  }

  /** A rule's arithmetic; see {@link #of}. */
  private interface Function {
    double of(double v, double a, double b, double c, double u, double w, double p, double q);
  }

  /** Returns the rule that does the same with v and u exchanged. */
  EntryRule turned() {
    return switch (this) {
      case SUM, PRODUCT -> this;
      case RATIO -> RATIO_TURNED;
      default -> throw new IllegalStateException(this + " has no rule with v and u exchanged");
    };
  }

  /** Rates of latents, between 0 and 1. */
  private static final class Rates {
    private static final double SMALLEST = 1e-7;

    static double clamped(double rate) {
      return Math.min(Math.max(rate, SMALLEST), 1 - SMALLEST);
    }

    static double kullbackLeibler(double rho, double r) {
      return rho * Math.log(rho / r) + (1 - rho) * Math.log((1 - rho) / (1 - r));
    }
  }
}
