// Dense products in single precision, C [m, n] = A·B + bias, without tensor cores: every chip, and the default precision. A number of C is
// one fmaf chain over the inner index in ascending order, so its bits depend on neither tiles nor shapes. A tile of 128 x 128 a block of
// 256 threads, 8 x 8 numbers of each; the next tiles are on their way while one is multiplied.
#include "device.cuh"

#define TILE 128
#define STEP 8
#define PITCH (TILE + 4)
#define THREADS 256

// 4 numbers of an operand's tile: INNER says whether the inner index lies side by side in memory (then ld separates the outer one).
template <bool INNER> SAE_DEVICE void fetch(const float* from, float* to, int outer0, int inner0, int outers, int inners, int ld) {
  int t = int(threadIdx.x);
  int outer = outer0 + (INNER ? t / 2 : t % 32 * 4), inner = inner0 + (INNER ? t % 2 * 4 : t / 32);
  const float* at = from + (INNER ? i64(outer) * ld + inner : i64(inner) * ld + outer);
  bool whole = INNER ? outer < outers && inner + 4 <= inners : inner < inners && outer + 4 <= outers;
  if (whole && (ld & 3) == 0 && (reinterpret_cast<u64>(from) & 15) == 0) {
    Pack<4> pack = loadPack<4>(at);
#pragma unroll
    for (int e = 0; e < 4; e++) to[e] = pack.v[e];
    return;
  }
#pragma unroll
  for (int e = 0; e < 4; e++) {
    bool in = INNER ? outer < outers && inner + e < inners : inner < inners && outer + e < outers;
    to[e] = in ? at[e] : 0;
  }
}

template <bool INNER> SAE_DEVICE void place(const float* from, float* tile) {
  int t = int(threadIdx.x);
#pragma unroll
  for (int e = 0; e < 4; e++) {
    int outer = INNER ? t / 2 : t % 32 * 4 + e, inner = INNER ? t % 2 * 4 + e : t / 32;
    tile[inner * PITCH + outer] = from[e];
  }
}

template <bool A_INNER, bool B_INNER>
SAE_DEVICE void multiply(float* tilesA, float* tilesB, const float* a, const float* b, const float* bias, float* c, int m, int n, int inner,
                         int lda, int ldb, int ldc, int add) {
  int row0 = int(blockIdx.y) * TILE, col0 = int(blockIdx.x) * TILE;
  int ty = int(threadIdx.x) / 16 * 4, tx = int(threadIdx.x) % 16 * 4;
  float sums[8][8], nextA[4], nextB[4];
#pragma unroll
  for (int i = 0; i < 8; i++)
#pragma unroll
    for (int j = 0; j < 8; j++) {
      int row = row0 + ty + i % 4 + i / 4 * 64, col = col0 + tx + j % 4 + j / 4 * 64;
      sums[i][j] = add && row < m && col < n ? c[i64(row) * ldc + col] : 0;
    }
  fetch<A_INNER>(a, nextA, row0, 0, m, inner, lda);
  fetch<B_INNER>(b, nextB, col0, 0, n, inner, ldb);
  int now = 0;
  for (int base = 0; base < inner; base += STEP, now ^= 1) {
    float* ta = tilesA + now * STEP * PITCH;
    float* tb = tilesB + now * STEP * PITCH;
    place<A_INNER>(nextA, ta);
    place<B_INNER>(nextB, tb);
    __syncthreads();                                 // one a step: the other pair of tiles is filled meanwhile
    if (base + STEP < inner) {
      fetch<A_INNER>(a, nextA, row0, base + STEP, m, inner, lda);
      fetch<B_INNER>(b, nextB, col0, base + STEP, n, inner, ldb);
    }
#pragma unroll
    for (int k = 0; k < STEP; k++) {
      if (base + k >= inner) break;                  // adding 0·0 could turn a −0 into 0
      Pack<4> a0 = loadPack<4>(ta + k * PITCH + ty), a1 = loadPack<4>(ta + k * PITCH + ty + 64);
      Pack<4> b0 = loadPack<4>(tb + k * PITCH + tx), b1 = loadPack<4>(tb + k * PITCH + tx + 64);
#pragma unroll
      for (int i = 0; i < 8; i++)
#pragma unroll
        for (int j = 0; j < 8; j++)
          sums[i][j] = fmaf(i < 4 ? a0.v[i & 3] : a1.v[i & 3], j < 4 ? b0.v[j & 3] : b1.v[j & 3], sums[i][j]);
    }
  }
#pragma unroll
  for (int i = 0; i < 8; i++)
#pragma unroll
    for (int j = 0; j < 8; j++) {
      int row = row0 + ty + i % 4 + i / 4 * 64, col = col0 + tx + j % 4 + j / 4 * 64;
      if (row < m && col < n) c[i64(row) * ldc + col] = bias ? sums[i][j] + bias[col] : sums[i][j];
    }
}

#define PRODUCT(name, aInner, bInner) \
  SAE_KERNEL_OF(THREADS, name, (const float* a, const float* b, const float* bias, float* c, int m, int n, int inner, int lda, int ldb, \
                                int ldc, int add)) { \
    SAE_SHARED(float, tilesA, 2 * STEP * PITCH); \
    SAE_SHARED(float, tilesB, 2 * STEP * PITCH); \
    multiply<aInner, bInner>(tilesA, tilesB, a, b, bias, c, m, n, inner, lda, ldb, ldc, add); \
  }

PRODUCT(product_nt, true, true)      // A [m, inner], B [n, inner]: x·Wᵀ
PRODUCT(product_nn, true, false)     // A [m, inner], B [inner, n]: codes·W
PRODUCT(product_tn, false, false)    // A [inner, m], B [inner, n]: codesᵀ·y
