// Codes times a matrix, the error against a target, and products of the error at the codes. A block a row; latents in ascending order.
#include "device.cuh"

#define MOST_WARPS 8     // of a block

template <int V>
SAE_DEVICE float decodeRow(const u32* latents, const float* values, u32 from, u32 to, const float* w, const float* bias, const float* target,
                           float* out, int width) {
  float squares = 0;
  for (int j = int(threadIdx.x) * V; j < width; j += int(blockDim.x) * V) {
    Pack<V> sum;
#pragma unroll
    for (int e = 0; e < V; e++) sum.v[e] = 0;
#pragma unroll 4
    for (u32 i = from; i < to; i++) {
      float f = values[i];
      Pack<V> direction = loadPack<V>(w + i64(latents[i]) * width + j);
#pragma unroll
      for (int e = 0; e < V; e++) sum.v[e] = fmaf(f, direction.v[e], sum.v[e]);
    }
#pragma unroll
    for (int e = 0; e < V; e++) {
      if (bias) sum.v[e] += bias[j + e];
      if (target) sum.v[e] -= target[j + e];
      squares = fmaf(sum.v[e], sum.v[e], squares);
    }
    storePack<V>(out + j, sum);
  }
  return squares;
}

// y·w[latent] by a warp
template <int V> SAE_DEVICE float rowProduct(const float* y, const float* w, int width) {
  float dot = 0;
  for (int j = int(laneId()) * V; j < width; j += 32 * V) {
    Pack<V> a = loadPack<V>(y + j), b = loadPack<V>(w + j);
#pragma unroll
    for (int e = 0; e < V; e++) dot = fmaf(a.v[e], b.v[e], dot);
  }
  return warpSum(dot);
}

SAE_DEVICE void rowProducts(const u32* latents, u32 from, u32 to, const float* y, const float* w, const float* weights, float* products,
                            int width) {
  for (u32 i = from + warpId(); i < to; i += blockDim.x / 32) {
    u32 latent = latents[i];
    const float* direction = w + i64(latent) * width;
    float dot = (width & 3) == 0 ? rowProduct<4>(y, direction, width) : rowProduct<1>(y, direction, width);
    if (laneId() == 0) products[i] = weights ? dot + weights[latent] : dot;
  }
}

// out = codes·w + bias − target, squares[row] = ‖out[row]‖², products = out·w at the codes + weights of their latents.
// bias, target, products, weights and squares may be null.
SAE_KERNEL_OF(256, decode_rows, (const u32* starts, const u32* latents, const float* values, const float* w, const float* bias,
                                 const float* target, const float* weights, float* out, float* products, float* squares, int width)) {
  SAE_SHARED(float, scratch, MOST_WARPS);
  i64 row = blockIdx.x;
  u32 from = starts[row], to = starts[row + 1];
  const float* goal = target ? target + row * width : nullptr;
  float* mine = out + row * width;
  float sum = (width & 3) == 0 ? decodeRow<4>(latents, values, from, to, w, bias, goal, mine, width)
                               : decodeRow<1>(latents, values, from, to, w, bias, goal, mine, width);
  if (squares) {
    sum = blockSum(sum, scratch);
    if (threadIdx.x == 0) squares[row] = sum;
  }
  if (!products) return;
  __syncthreads();                                   // the row of out is whole
  rowProducts(latents, from, to, mine, w, weights, products, width);
}

// products = y·w at the codes + weights of their latents (weights may be null)
SAE_KERNEL_OF(256, sampled_rows, (const u32* starts, const u32* latents, const float* y, const float* w, const float* weights,
                                  float* products, int width)) {
  i64 row = blockIdx.x;
  rowProducts(latents, starts[row], starts[row + 1], y + row * width, w, weights, products, width);
}
