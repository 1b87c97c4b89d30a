// The update of a matrix by rows: each latent's gradient is summed in registers and used at once, never stored.
#include "gradient.cuh"

#define MOST_THREADS 512   // so a row of latent_step has at most MOST_THREADS * COLUMNS columns

// Writes an entry of the table of terms that the kernels below read.
SAE_KERNEL(term_put, (Term* terms, const u32* starts, const u32* entries, const u32* rows, const float* values, const float* y,
                      const double* factor, int index, double scale)) {
  if (threadIdx.x == 0) terms[index] = Term{starts, entries, rows, values, y, factor, scale};
}

SAE_KERNEL(along_put, (Along* along, const float* factors, int index, int end)) {
  if (threadIdx.x == 0) along[index] = Along{factors, end};
}

template <int V>
SAE_DEVICE void stepRow(const Term* terms, const Along* along, const float* matrix, float gradientScale, float* w, float* mean,
                        float* variance, u16* copy16, float* average, float* scratch, int nTerms, int nAlong, int width, int pitch16,
                        int unitNorm, float b1, float c1, float b2, float c2, float rate, float eps, float averageFraction) {
  i64 latent = blockIdx.x, at = latent * width;
  float own[COLUMNS], g[COLUMNS], m[COLUMNS];
  loadColumns<V>(w + at, own, 0, width);
#pragma unroll
  for (int c = 0; c < COLUMNS; c++) g[c] = 0;
  if (matrix) loadColumns<V>(matrix + at, g, 0, width);
  gradientColumns<V>(terms, along, nTerms, nAlong, latent, own, g, 0, width);
  if (unitNorm) {
    float dot = blockSum(dotColumns(g, own), scratch);
#pragma unroll
    for (int c = 0; c < COLUMNS; c++) g[c] = fmaf(-dot, own[c], g[c]);
  }
  loadColumns<V>(mean + at, m, 0, width);
#pragma unroll
  for (int c = 0; c < COLUMNS; c++) {
    g[c] = gradientScale * g[c];
    m[c] = b1 * m[c] + c1 * g[c];
  }
  storeColumns<V>(mean + at, m, 0, width);
  float v[COLUMNS];
  loadColumns<V>(variance + at, v, 0, width);
#pragma unroll
  for (int c = 0; c < COLUMNS; c++) {
    v[c] = b2 * v[c] + c2 * g[c] * g[c];
    own[c] -= rate * m[c] / (sqrtf(v[c]) + eps);
  }
  storeColumns<V>(variance + at, v, 0, width);
  if (unitNorm) {
#pragma unroll
    for (int c = 0; c < COLUMNS; c++) own[c] = columnOf<V>(0, c) < width ? own[c] : 0;
    float squares = blockSum(dotColumns(own, own), scratch);
    float shrink = squares == 0 ? 0 : float(1 / sqrt(double(squares)));
#pragma unroll
    for (int c = 0; c < COLUMNS; c++) own[c] *= shrink;
  }
  storeColumns<V>(w + at, own, 0, width);
  if (copy16) {
#pragma unroll
    for (int c = 0; c < COLUMNS; c++) {
      int j = columnOf<V>(0, c);
      if (j < width) copy16[latent * pitch16 + j] = toBfloat16(own[c]);
    }
  }
  if (average) {
    loadColumns<V>(average + at, m, 0, width);
#pragma unroll
    for (int c = 0; c < COLUMNS; c++) m[c] = (m[c] - own[c]) * averageFraction + own[c];
    storeColumns<V>(average + at, m, 0, width);
  }
}

// One step of Adam on row blockIdx.x of w, and what goes with it. matrix: a gradient to begin with; matrix, copy16, average and
// gradientScale may be null. The gradients' scale is *gradientScale, or scale without it.
SAE_KERNEL_OF(MOST_THREADS, latent_step,
              (const Term* terms, const Along* along, const float* matrix, const double* gradientScale, float* w, float* mean,
               float* variance, u16* copy16, float* average, int nTerms, int nAlong, int width, int pitch16, int unitNorm, float b1, float c1,
               float b2, float c2, float rate, float eps, float averageFraction, double scale)) {
  SAE_SHARED(float, scratch, MOST_THREADS / 32);
  float factor = float(scalar(gradientScale, scale));
  if ((width & 3) == 0)
    stepRow<4>(terms, along, matrix, factor, w, mean, variance, copy16, average, scratch, nTerms, nAlong, width, pitch16, unitNorm, b1, c1,
               b2, c2, rate, eps, averageFraction);
  else
    stepRow<1>(terms, along, matrix, factor, w, mean, variance, copy16, average, scratch, nTerms, nAlong, width, pitch16, unitNorm, b1, c1,
               b2, c2, rate, eps, averageFraction);
}

template <int V>
SAE_DEVICE void writeRow(const Term* terms, const Along* along, const float* matrix, const float* w, float* out, float* squares,
                         float* scratch, int nTerms, int nAlong, int width, int unitNorm) {
  i64 latent = blockIdx.x, at = latent * width;
  float own[COLUMNS], g[COLUMNS], dot = 0, sum = 0;
  int step = int(blockDim.x) * COLUMNS;
#pragma unroll 1
  for (int pass = 0; pass < (unitNorm && width > step ? 2 : 1); pass++) {
    float alongRow = pass ? blockSum(dot, scratch) : 0;
#pragma unroll 1
    for (int first = 0; first < width; first += step) {
#pragma unroll
      for (int c = 0; c < COLUMNS; c++) own[c] = g[c] = 0;
      if (nAlong || unitNorm) loadColumns<V>(w + at, own, first, width);
      if (matrix) loadColumns<V>(matrix + at, g, first, width);
      gradientColumns<V>(terms, along, nTerms, nAlong, latent, own, g, first, width);
      if (unitNorm && !pass) {
        dot += dotColumns(g, own);
        if (width > step) continue;                  // the product with the whole row is not known yet
        alongRow = blockSum(dot, scratch);
      }
      if (unitNorm) {
#pragma unroll
        for (int c = 0; c < COLUMNS; c++) g[c] = fmaf(-alongRow, own[c], g[c]);
      }
      sum += dotColumns(g, g);
      if (out) storeColumns<V>(out + at, g, first, width);
    }
  }
  if (squares) {
    sum = blockSum(sum, scratch);
    if (threadIdx.x == 0) squares[latent] = sum;
  }
}

// Row blockIdx.x of the gradient, written to out, or its squared norm, or both; either may be null. Rows may have any width. matrix may
// be out itself.
SAE_KERNEL_OF(MOST_THREADS, latent_gradient, (const Term* terms, const Along* along, const float* matrix, const float* w, float* out,
                                              float* squares, int nTerms, int nAlong, int width, int unitNorm)) {
  SAE_SHARED(float, scratch, MOST_THREADS / 32);
  if ((width & 3) == 0) writeRow<4>(terms, along, matrix, w, out, squares, scratch, nTerms, nAlong, width, unitNorm);
  else writeRow<1>(terms, along, matrix, w, out, squares, scratch, nTerms, nAlong, width, unitNorm);
}
