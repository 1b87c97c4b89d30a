// The functions of EntryRule, in its order, in double precision. A test holds the names against the enum's.
#pragma once
#include "device.cuh"

#define RULE_EPSILON 1e-6

SAE_DEVICE double rateOf(double r) { return r < 1e-7 ? 1e-7 : r > 1 - 1e-7 ? 1 - 1e-7 : r; }
SAE_DEVICE double kullbackLeibler(double rho, double r) { return rho * log(rho / r) + (1 - rho) * log((1 - rho) / (1 - r)); }
SAE_DEVICE double jensenShannon(double p, double r) {
  double m = (p + r) / 2;
  return (kullbackLeibler(p, m) + kullbackLeibler(r, m)) / 2;
}
SAE_DEVICE double jensenShannonSlope(double p, double r) {
  double m = (p + r) / 2;
  return (log(r / m) - log((1 - r) / (1 - m))) / 2;
}
SAE_DEVICE double clipped(double squaredNorm, double scale, double most) {
  double norm = sqrt(squaredNorm) * scale;
  return norm > most ? scale * most / norm : scale;
}
SAE_DEVICE double tanhSlope(double v, double p, double q) {
  double t = tanh(p * v);
  return q * p * (1 - t * t);
}
// As Java's Math.max(0, v) and Math.min: a NaN stays one.
SAE_DEVICE double atLeastZero(double v) { return v < 0 ? 0 : v; }
SAE_DEVICE double smaller(double v, double p) { return v > p ? p : v != v ? v : p < v ? p : v; }

// name, value; v: the entry's value; a, b, c: numbers of its latent; u, w: values of other codes at the same place; p, q: constants
#define SAE_RULES(X) \
  X(SUM, v + u) \
  X(ADD, v + p) \
  X(PRODUCT, v * u) \
  X(SCALE, v * p) \
  X(RATIO, u == 0 ? 0 : v / u) \
  X(RATIO_TURNED, v == 0 ? 0 : u / v) \
  X(DIVIDE, v / p) \
  X(SQUARE, v * v) \
  X(CONSTANT, p) \
  X(AT_LEAST_ZERO, v > 0 ? v : 0) \
  X(CLIPPED, clipped(v, u, p)) \
  X(ABOVE, v > a ? v : 0) \
  X(WHERE_ABOVE, u > a ? v : 0) \
  X(NEAR_STEP, fabs(v - a) < q / 2 ? p : 0) \
  X(STEP_GRADIENT, fabs(u - a) < q / 2 ? -(p * v * a / q) : 0) \
  X(TANH, tanh(p * v)) \
  X(TANH_SLOPE, tanhSlope(v, p, q)) \
  X(POWER, pow(v + RULE_EPSILON, p)) \
  X(POWER_SLOPE, q * p * pow(v + RULE_EPSILON, p - 1)) \
  X(MAGNITUDE, atLeastZero(exp(a) * (v - b) + c)) \
  X(MAGNITUDE_SCALE_GRADIENT, u > 0 ? p * v * exp(a) * (w - b) : 0) \
  X(WHERE_POSITIVE, u > 0 ? p * v : 0) \
  X(MAGNITUDE_GRADIENT, u > 0 ? exp(a) * v : 0) \
  X(EXPONENTIAL, exp(smaller(v, p))) \
  X(SIGMOID_GRADIENT, v * u * (1 - u)) \
  X(TANH_GRADIENT, v * (1 - u * u)) \
  X(FIRST_OR_MEAN, a == 0 ? b : v) \
  X(RUNNING_MEAN, p != p ? v : v == 0 ? p : q * v + (1 - q) * p) \
  X(KULLBACK_LEIBLER, kullbackLeibler(p, rateOf(v))) \
  X(KULLBACK_LEIBLER_SLOPE, q * ((1 - p) / (1 - rateOf(v)) - p / rateOf(v))) \
  X(JENSEN_SHANNON, jensenShannon(p, rateOf(v))) \
  X(JENSEN_SHANNON_SLOPE, q * jensenShannonSlope(p, rateOf(v)))

enum Rule {
#define SAE_RULE_NAME(name, value) RULE_##name,
  SAE_RULES(SAE_RULE_NAME)
#undef SAE_RULE_NAME
  RULES
};

SAE_DEVICE double ruleOf(int rule, double v, double a, double b, double c, double u, double w, double p, double q) {
  switch (rule) {
#define SAE_RULE_CASE(name, value) \
  case RULE_##name: \
    return value;
    SAE_RULES(SAE_RULE_CASE)
#undef SAE_RULE_CASE
  }
  return 0;
}

// What a rule reads besides the value; arrays may be null and then give 0.
struct RuleInputs {
  const float *a, *b, *c;  // by latent
  const float *u, *w;      // by place
  double p, q;
};

SAE_DEVICE double numberAt(const float* of, i64 at) { return of ? double(of[at]) : 0; }

SAE_DEVICE double applyRule(int rule, double v, const RuleInputs& in, i64 latent, i64 place) {
  return ruleOf(rule, v, numberAt(in.a, latent), numberAt(in.b, latent), numberAt(in.c, latent), numberAt(in.u, place),
                numberAt(in.w, place), in.p, in.q);
}
