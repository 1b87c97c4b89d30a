// Arithmetic element by element, with rows and with single numbers; Adam on vectors; conversions. Each operation rounds once.
#include "device.cuh"

enum { COPY, FILL, SUM, DIFFERENCE, DIFFERENCE_TURNED, PRODUCT, QUOTIENT, PLUS, TIMES, OVER, EXPONENTIAL, RECTIFIED, SIGMOID, TANH };

// e^x within 2 units of the last place by fmaf alone, so that it has the same bits everywhere; 0 below −103, infinity above 88.7.
SAE_DEVICE float exponential(float x) {
  if (x != x) return x;
  if (x > 88.72283f) return __uint_as_float(0x7f800000);
  if (x < -103.0f) return 0;
  float n = rintf(x * 1.44269504f);
  float r = fmaf(n, -0.693145752f, x);
  r = fmaf(n, -1.42860677e-6f, r);
  float e = 1.98412698e-4f;
  e = fmaf(e, r, 1.38888889e-3f);
  e = fmaf(e, r, 8.33333333e-3f);
  e = fmaf(e, r, 4.16666667e-2f);
  e = fmaf(e, r, 1.66666667e-1f);
  e = fmaf(e, r, 0.5f);
  e = fmaf(e, r, 1.0f);
  e = fmaf(e, r, 1.0f);
  int half = int(n) / 2, rest = int(n) - half;       // 2^n may be out of range where the product is not
  return e * __uint_as_float(u32(half + 127) << 23) * __uint_as_float(u32(rest + 127) << 23);
}

SAE_DEVICE float sigmoid(float x) {
  float e = exponential(-fabsf(x));
  return (x < 0 ? e : 1) / (1 + e);
}

// (e^2x − 1)/(e^2x + 1), by a series near 0, where that would cancel
SAE_DEVICE float hyperbolicTangent(float x) {
  float a = fabsf(x);
  if (a < 0.25f) {
    float s = x * x, t = 0.0218694885f;
    t = fmaf(t, s, -0.0539682540f);
    t = fmaf(t, s, 0.133333333f);
    t = fmaf(t, s, -0.333333333f);
    return fmaf(t * s, x, x);
  }
  if (a > 10) return x > 0 ? 1.0f : -1.0f;
  float e = exponential(2 * a), t = 1 - 2 / (e + 1);
  return x > 0 ? t : x < 0 ? -t : x;
}

// out[i] = x op y, or x op s where s is (float) *sAt, or (float) s without sAt; y or x may be out.
SAE_KERNEL(vector_op, (const float* x, const float* y, const double* sAt, float* out, i64 n, int op, double s)) {
  float number = float(scalar(sAt, s));
  for (i64 i = threadIndex(); i < n; i += threadCount()) {
    float v = x ? x[i] : 0, r = 0;
    switch (op) {
      case COPY: r = v; break;
      case FILL: r = number; break;
      case SUM: r = v + y[i]; break;
      case DIFFERENCE: r = v - y[i]; break;
      case DIFFERENCE_TURNED: r = y[i] - v; break;
      case PRODUCT: r = v * y[i]; break;
      case QUOTIENT: r = v / y[i]; break;
      case PLUS: r = v + number; break;
      case TIMES: r = v * number; break;
      case OVER: r = v / number; break;
      case EXPONENTIAL: r = exponential(v); break;
      case RECTIFIED: r = v > 0 ? v : v != v ? v : 0; break;
      case SIGMOID: r = sigmoid(v); break;
      case TANH: r = hyperbolicTangent(v); break;
    }
    out[i] = r;
  }
}

// y = a·x + b·y
SAE_KERNEL(blend, (const float* x, const double* aAt, const double* bAt, float* y, i64 n, double a, double b)) {
  float fa = float(scalar(aAt, a)), fb = float(scalar(bAt, b));
  for (i64 i = threadIndex(); i < n; i += threadCount()) y[i] = fmaf(fa, x[i], fb * y[i]);
}

// out = x + sign·row, for each row of x
SAE_KERNEL(rows_add, (const float* x, const float* row, float* out, i64 n, int width, float sign)) {
  for (i64 i = threadIndex(); i < n; i += threadCount()) out[i] = x[i] + sign * row[i % width];
}

// out = factors[row]·x
SAE_KERNEL(rows_scale, (const float* x, const float* factors, float* out, i64 n, int width)) {
  for (i64 i = threadIndex(); i < n; i += threadCount()) out[i] = x[i] * factors[i / width];
}

// A step of Adam; copy and average may be null, the gradients' scale is *gradientScale, or scale without it.
SAE_KERNEL(adam_vector, (const float* gradient, const double* gradientScale, float* w, float* mean, float* variance, float* average, i64 n,
                         float b1, float c1, float b2, float c2, float rate, float eps, float averageFraction, double scale)) {
  float factor = float(scalar(gradientScale, scale));
  for (i64 i = threadIndex(); i < n; i += threadCount()) {
    float g = factor * gradient[i];
    float m = b1 * mean[i] + c1 * g;
    float v = b2 * variance[i] + c2 * g * g;
    mean[i] = m;
    variance[i] = v;
    float x = w[i] - rate * m / (sqrtf(v) + eps);
    w[i] = x;
    if (average) average[i] = (average[i] - x) * averageFraction + x;
  }
}

// average = (average − w)·fraction + w
SAE_KERNEL(average_vector, (const float* w, float* average, i64 n, float fraction)) {
  for (i64 i = threadIndex(); i < n; i += threadCount()) average[i] = (average[i] - w[i]) * fraction + w[i];
}

// x [rows, width] as bfloat16 in rows of `pitch` numbers, the rest of each filled with 0; row, if not null, is subtracted first.
SAE_KERNEL(cast16, (const float* x, const float* row, u16* out, i64 rows, int width, int pitch)) {
  for (i64 i = threadIndex(); i < rows * pitch; i += threadCount()) {
    int j = int(i % pitch);
    float v = j < width ? x[i / pitch * width + j] : 0;
    out[i] = toBfloat16(row && j < width ? v - row[j] : v);
  }
}
