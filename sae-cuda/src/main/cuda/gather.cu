// A batch out of a window of rows, in the window's own type: widened, normalised, centred and cast in one go. A block a row.
#include "device.cuh"

#define MOST_WARPS 8
enum { FLOAT, HALF, BFLOAT16 };

SAE_DEVICE float numberOf(const void* window, i64 at, int type) {
  return type == FLOAT ? static_cast<const float*>(window)[at]
                       : type == HALF ? fromHalf(static_cast<const u16*>(window)[at]) : fromBfloat16(static_cast<const u16*>(window)[at]);
}

// x[row] = scales·(own − means), own the columns [from, from + width) of window row indices[row] (rows of `pitch` numbers), normalised
// first as RowNorm.LAYER_NORM does if layerNorm. centred = x − bias; centred16 the same in rows of pitch16 numbers. indices, scales,
// means, bias, x, centred, centred16 may be null. broken: a bit per row that has a number that is not finite, begins as 0.
SAE_KERNEL_OF(256, gather_rows, (const void* window, const u32* indices, const float* scales, const float* means, const float* bias,
                                 float* x, float* centred, u16* centred16, u32* broken, int width, int from, int pitch, int pitch16,
                                 int type, int layerNorm)) {
  SAE_SHARED(double, scratch, MOST_WARPS);
  SAE_SHARED(u32, votes, MOST_WARPS);
  i64 row = blockIdx.x, start = (indices ? i64(indices[row]) : row) * pitch + from;
  double mean = 0, scale = 1;
  bool bad = false;
  for (int j = int(threadIdx.x); j < width; j += int(blockDim.x)) {
    float v = numberOf(window, start + j, type);
    bad |= (__float_as_uint(v) & 0x7f800000) == 0x7f800000;
    mean += v;
  }
  u32 any = u32(__any_sync(FULL, bad));
  any = blockSum(any, votes);
  if (any && threadIdx.x == 0) atomicOr(&broken[row / 32], 1u << (row & 31));
  if (layerNorm) {
    mean = blockSum(mean, scratch) / width;
    double squares = 0;
    for (int j = int(threadIdx.x); j < width; j += int(blockDim.x)) {
      double d = numberOf(window, start + j, type) - mean;
      squares += d * d;
    }
    squares = blockSum(squares, scratch);
    scale = 1 / (sqrt(squares / (width > 1 ? width - 1 : 1)) + 1e-5);
  }
  int columns = centred16 && pitch16 > width ? pitch16 : width;
  for (int j = int(threadIdx.x); j < columns; j += int(blockDim.x)) {
    float v = 0, c = 0;
    if (j < width) {
      v = numberOf(window, start + j, type);
      if (layerNorm) v = float((v - mean) * scale);
      if (means) v -= means[j];
      if (scales) v *= scales[j];
      c = bias ? v - bias[j] : v;
      if (x) x[row * width + j] = v;
      if (centred) centred[row * width + j] = c;
    }
    if (centred16 && j < pitch16) centred16[row * pitch16 + j] = toBfloat16(c);
  }
}
