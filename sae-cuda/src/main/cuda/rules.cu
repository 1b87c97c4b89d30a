// Rules (rules.cuh) on compressed rows, on matrices and vectors, and on single numbers; sums of their results in double precision.
// a, b, c, u, w may be null; p is *pAt, or p where pAt is null; q likewise.
#include "rules.cuh"

#define THREADS 256
#define PART 8192        // numbers that a block sums

// out[i] for the starts[rows] entries of codes. values and out may be the same.
SAE_KERNEL(rule_entries, (const u32* starts, const u32* latents, const float* values, const float* a, const float* b, const float* c,
                          const float* u, const float* w, const double* pAt, const double* qAt, float* out, int rows, int rule, double p,
                          double q)) {
  RuleInputs in{a, b, c, u, w, scalar(pAt, p), scalar(qAt, q)};
  i64 n = starts[rows];
  for (i64 i = threadIndex(); i < n; i += threadCount()) out[i] = float(applyRule(rule, values[i], in, latents[i], i));
}

// A matrix's number takes part where active (null: everywhere) is positive and its column is in [from, to).
SAE_DEVICE bool takesPart(const float* active, i64 at, int column, int from, int to) {
  return column >= from && column < to && (!active || active[at] > 0);
}

// out[i] for the n numbers of a matrix of this width; 0 where a number takes no part. A vector is a matrix of one row.
SAE_KERNEL(rule_matrix, (const float* values, const float* active, const float* a, const float* b, const float* c, const float* u,
                         const float* w, const double* pAt, const double* qAt, float* out, i64 n, int width, int from, int to, int rule,
                         double p, double q)) {
  RuleInputs in{a, b, c, u, w, scalar(pAt, p), scalar(qAt, q)};
  for (i64 i = threadIndex(); i < n; i += threadCount()) {
    int column = int(i % width);
    out[i] = takesPart(active, i, column, from, to) ? float(applyRule(rule, values[i], in, column, i)) : 0;
  }
}

// parts[block]: the sum over its PART entries; blocks beyond the entries write 0.
SAE_KERNEL_OF(THREADS, rule_sum_entries, (const u32* starts, const u32* latents, const float* values, const float* a, const float* b,
                                          const float* c, const float* u, const float* w, const double* pAt, const double* qAt,
                                          double* parts, int rows, int rule, double p, double q)) {
  SAE_SHARED(double, scratch, THREADS / 32);
  RuleInputs in{a, b, c, u, w, scalar(pAt, p), scalar(qAt, q)};
  i64 n = starts[rows], first = i64(blockIdx.x) * PART, end = first + PART < n ? first + PART : n;
  double sum = 0;
  for (i64 i = first + threadIdx.x; i < end; i += THREADS) sum += applyRule(rule, values[i], in, latents[i], i);
  sum = blockSum(sum, scratch);
  if (threadIdx.x == 0) parts[blockIdx.x] = sum;
}

SAE_KERNEL_OF(THREADS, rule_sum_matrix, (const float* values, const float* active, const float* a, const float* b, const float* c,
                                         const float* u, const float* w, const double* pAt, const double* qAt, double* parts, i64 n,
                                         int width, int from, int to, int rule, double p, double q)) {
  SAE_SHARED(double, scratch, THREADS / 32);
  RuleInputs in{a, b, c, u, w, scalar(pAt, p), scalar(qAt, q)};
  i64 first = i64(blockIdx.x) * PART, end = first + PART < n ? first + PART : n;
  double sum = 0;
  for (i64 i = first + threadIdx.x; i < end; i += THREADS) {
    int column = int(i % width);
    if (takesPart(active, i, column, from, to)) sum += applyRule(rule, values[i], in, column, i);
  }
  sum = blockSum(sum, scratch);
  if (threadIdx.x == 0) parts[blockIdx.x] = sum;
}

// out[latent]: the sum over the latent's entries in their order (bylatent.cu). A warp a latent.
SAE_KERNEL(rule_by_latent, (const u32* latentStarts, const u32* entries, const float* values, const float* a, const float* b,
                            const float* c, const float* u, const float* w, const double* pAt, const double* qAt, float* out,
                            int nLatents, int rule, double p, double q)) {
  int latent = warpRow();
  if (latent >= nLatents) return;
  RuleInputs in{a, b, c, u, w, scalar(pAt, p), scalar(qAt, q)};
  u32 to = latentStarts[latent + 1];
  double sum = 0;
  for (u32 base = latentStarts[latent]; base < to; base += 32) {
    u32 at = base + laneId();
    double own = 0;
    if (at < to) own = applyRule(rule, values[entries[at]], in, latent, entries[at]);
    int n = to - base < 32 ? int(to - base) : 32;
    for (int i = 0; i < n; i++) sum += __shfl_sync(FULL, own, i);
  }
  if (laneId() == 0) out[latent] = float(sum);
}

// The sum of a latent's values in their order, in single precision. A warp a latent.
SAE_KERNEL(latent_sums, (const u32* latentStarts, const u32* entries, const float* values, float* out, int nLatents)) {
  int latent = warpRow();
  if (latent >= nLatents) return;
  u32 to = latentStarts[latent + 1];
  float sum = 0;
  for (u32 base = latentStarts[latent]; base < to; base += 32) {
    u32 at = base + laneId();
    float own = at < to ? values[entries[at]] : 0;
    int n = to - base < 32 ? int(to - base) : 32;
    for (int i = 0; i < n; i++) sum += __shfl_sync(FULL, own, i);
  }
  if (laneId() == 0) out[latent] = sum;
}

// One number: out = rule(v, u, p, q), each given by the host or, where its pointer is not null, on the device. One thread.
SAE_KERNEL(rule_scalar, (const double* vAt, const double* uAt, const double* pAt, const double* qAt, double* out, int rule, double v,
                         double u, double p, double q)) {
  if (threadIdx.x || blockIdx.x) return;
  *out = ruleOf(rule, scalar(vAt, v), 0, 0, 0, scalar(uAt, u), 0, scalar(pAt, p), scalar(qAt, q));
}
