// Sums over whole tensors in double precision, and over rows of a matrix: parts by block, then the parts in order.
#include "device.cuh"

#define THREADS 256
#define PART 8192        // numbers that a block sums
#define ROWS 128         // rows that column_parts sums in single precision

enum { SUM, MAGNITUDES, SQUARES, PRODUCT };

// parts[block] of Σx, Σ|x|, Σx² or Σx·y
SAE_KERNEL_OF(THREADS, sum_parts, (const float* x, const float* y, double* parts, i64 n, int kind)) {
  SAE_SHARED(double, scratch, THREADS / 32);
  i64 first = i64(blockIdx.x) * PART, end = first + PART < n ? first + PART : n;
  double sum = 0;
  for (i64 i = first + threadIdx.x; i < end; i += THREADS) {
    double v = x[i];
    sum += kind == SUM ? v : kind == MAGNITUDES ? fabs(v) : kind == SQUARES ? v * v : v * y[i];
  }
  sum = blockSum(sum, scratch);
  if (threadIdx.x == 0) parts[blockIdx.x] = sum;
}

// parts[block] of Σ (x − mean of its column)²
SAE_KERNEL_OF(THREADS, spread_parts, (const float* x, const float* mean, double* parts, i64 n, int width)) {
  SAE_SHARED(double, scratch, THREADS / 32);
  i64 first = i64(blockIdx.x) * PART, end = first + PART < n ? first + PART : n;
  double sum = 0;
  for (i64 i = first + threadIdx.x; i < end; i += THREADS) {
    double d = double(x[i]) - mean[i % width];
    sum += d * d;
  }
  sum = blockSum(sum, scratch);
  if (threadIdx.x == 0) parts[blockIdx.x] = sum;
}

// *out = scale · Σ parts. One block.
SAE_KERNEL_OF(THREADS, sum_finish, (const double* parts, double* out, i64 n, double scale)) {
  SAE_SHARED(double, scratch, THREADS / 32);
  double sum = 0;
  for (i64 i = threadIdx.x; i < n; i += THREADS) sum += parts[i];
  sum = blockSum(sum, scratch);
  if (threadIdx.x == 0) *out = scale * sum;
}

// parts[chunk, width] = Σ weights[row]·w[row] over ROWS rows; weights null: 1. Grid (columns, chunks of rows), a thread a column.
SAE_KERNEL(column_parts, (const float* weights, const float* w, float* parts, int rows, int width)) {
  int j = int(blockIdx.x * blockDim.x + threadIdx.x);
  if (j >= width) return;
  int first = int(blockIdx.y) * ROWS, end = first + ROWS < rows ? first + ROWS : rows;
  float sum = 0;
#pragma unroll 4
  for (int row = first; row < end; row++) {
    float x = w[i64(row) * width + j];
    sum = weights ? fmaf(weights[row], x, sum) : sum + x;
  }
  parts[i64(blockIdx.y) * width + j] = sum;
}

// out[column] = scale · Σ parts, in double precision, in order
SAE_KERNEL(column_finish, (const float* parts, float* out, int nParts, int width, double scale)) {
  int j = int(blockIdx.x * blockDim.x + threadIdx.x);
  if (j >= width) return;
  double sum = 0;
  for (int part = 0; part < nParts; part++) sum += parts[i64(part) * width + j];
  out[j] = float(scale * sum);
}
