// Rows of a matrix by themselves: norms, projection, normalisation, a largest norm. A block a row, in any width.
#include "device.cuh"

#define MOST_WARPS 8

SAE_DEVICE float rowDot(const float* a, const float* b, int from, int to, float* scratch) {
  float dot = 0;
  for (int j = from + int(threadIdx.x); j < to; j += int(blockDim.x)) dot = fmaf(a[j], b[j], dot);
  return blockSum(dot, scratch);
}

// out[row]: the norm of columns [from, to)
SAE_KERNEL_OF(256, row_norms, (const float* w, float* out, int width, int from, int to)) {
  SAE_SHARED(float, scratch, MOST_WARPS);
  const float* row = w + i64(blockIdx.x) * width;
  float squares = rowDot(row, row, from, to, scratch);
  if (threadIdx.x == 0) out[blockIdx.x] = sqrtf(squares);
}

// gradient −= (gradient·w)·w, row by row
SAE_KERNEL_OF(256, rows_project, (float* gradient, const float* w, int width)) {
  SAE_SHARED(float, scratch, MOST_WARPS);
  float* g = gradient + i64(blockIdx.x) * width;
  const float* row = w + i64(blockIdx.x) * width;
  float along = rowDot(g, row, 0, width, scratch);
  for (int j = int(threadIdx.x); j < width; j += int(blockDim.x)) g[j] = fmaf(-along, row[j], g[j]);
}

// Scales each row to norm 1, a zero row stays; with most > 0 only rows of a larger norm, to that norm.
SAE_KERNEL_OF(256, rows_normalise, (float* w, int width, float most)) {
  SAE_SHARED(float, scratch, MOST_WARPS);
  float* row = w + i64(blockIdx.x) * width;
  float squares = rowDot(row, row, 0, width, scratch);
  float scale;
  if (most > 0) {
    float norm = sqrtf(squares);
    if (!(norm > most)) return;
    scale = most / norm;
  } else {
    scale = squares == 0 ? 0 : float(1 / sqrt(double(squares)));
  }
  for (int j = int(threadIdx.x); j < width; j += int(blockDim.x)) row[j] *= scale;
}
