// Dense products on tensor cores, C [m, n] = A·Bᵀ + bias with single precision sums: bfloat16, and float32 rounded to tf32. From 8.0 on;
// this file is a module of its own, tensor.ptx, so that kernels.ptx runs on 7.5. A tile of 128 x 128 a block of 8 warps, 64 x 32 a warp;
// tiles are copied to shared memory asynchronously, one ahead. Words of 32 bits are two bfloat16 or one float.
#include "device.cuh"

#define TILE 128
#define STEP 16                      // words of a row's tile
#define PITCH (STEP + 4)             // 20: the rows of a fragment lie in different banks
#define THREADS 256
#define TILE_WORDS (TILE * PITCH)

#ifdef SAE_EMULATE
#define MULTIPLY_BF16(d, a, b) emu::mmaBf16(d, a, b, __LINE__)
#define MULTIPLY_TF32(d, a, b) emu::mmaTf32(d, a, b, __LINE__)
SAE_DEVICE void copy16(u32* shared, const u32* from, int words) {
  for (int w = 0; w < 4; w++) shared[w] = w < words ? from[w] : 0;
}
SAE_DEVICE void copiesBegun() {}
SAE_DEVICE void awaitCopies() {}
#else
#define MULTIPLY(kind) \
  asm volatile("mma.sync.aligned." kind " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};" \
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]) \
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]))
SAE_DEVICE void multiplyBf16(float* d, const u32* a, const u32* b) { MULTIPLY("m16n8k16.row.col.f32.bf16.bf16.f32"); }
SAE_DEVICE void multiplyTf32(float* d, const u32* a, const u32* b) { MULTIPLY("m16n8k8.row.col.f32.tf32.tf32.f32"); }
#define MULTIPLY_BF16(d, a, b) multiplyBf16(d, a, b)
#define MULTIPLY_TF32(d, a, b) multiplyTf32(d, a, b)
// 16 bytes, those beyond `words` as 0, on their way until awaitCopies
SAE_DEVICE void copy16(u32* shared, const u32* from, int words) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(u32(__cvta_generic_to_shared(shared))), "l"(from), "r"(4 * words));
}
SAE_DEVICE void copiesBegun() { asm volatile("cp.async.commit_group;"); }
SAE_DEVICE void awaitCopies() { asm volatile("cp.async.wait_group 0;" ::: "memory"); }
#endif

// A float to 10 bits of mantissa, to nearest, ties away from 0, as cvt.rna.tf32 does.
template <bool TF32> SAE_DEVICE u32 operandOf(u32 word) { return TF32 ? (word + 0x1000) & 0xffffe000 : word; }

// Rows beyond the last are copies of it, whose products are not stored.
SAE_DEVICE void fetchTile(u32* tile, const u32* from, int row0, int word0, int rows, int words, int ld) {
#pragma unroll
  for (int q = 0; q < TILE * STEP / 4 / THREADS; q++) {
    int at = q * THREADS + int(threadIdx.x), r = at / (STEP / 4), w = at % (STEP / 4) * 4;
    int row = row0 + r < rows ? row0 + r : rows - 1, left = words - word0 - w;
    const u32* source = from + i64(row) * ld + (left > 0 ? word0 + w : 0);
    copy16(tile + r * PITCH + w, source, left > 4 ? 4 : left > 0 ? left : 0);
  }
}

// words: of a row of A and B; lda, ldb in words, multiples of 4. The operands' addresses are multiples of 16.
template <bool TF32>
SAE_DEVICE void multiplyTiles(u32* tilesA, u32* tilesB, const u32* a, const u32* b, const float* bias, float* c, int m, int n, int words,
                              int lda, int ldb, int ldc) {
  int row0 = int(blockIdx.y) * TILE, col0 = int(blockIdx.x) * TILE;
  int group = int(laneId()) / 4, t = int(laneId()) & 3, wr = int(warpId()) % 2 * 64, wc = int(warpId()) / 2 * 32;
  float sums[4][4][4];
#pragma unroll
  for (int i = 0; i < 4; i++)
#pragma unroll
    for (int j = 0; j < 4; j++)
#pragma unroll
      for (int q = 0; q < 4; q++) sums[i][j][q] = 0;
  fetchTile(tilesA, a, row0, 0, m, words, lda);
  fetchTile(tilesB, b, col0, 0, n, words, ldb);
  copiesBegun();
  int now = 0;
  for (int base = 0; base < words; base += STEP, now ^= 1) {
    awaitCopies();
    __syncthreads();
    if (base + STEP < words) {
      fetchTile(tilesA + (now ^ 1) * TILE_WORDS, a, row0, base + STEP, m, words, lda);
      fetchTile(tilesB + (now ^ 1) * TILE_WORDS, b, col0, base + STEP, n, words, ldb);
      copiesBegun();
    }
    const u32* ta = tilesA + now * TILE_WORDS;
    const u32* tb = tilesB + now * TILE_WORDS;
#pragma unroll
    for (int k = 0; k < STEP; k += 8) {
      u32 fa[4][4], fb[4][2];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        const u32* at = ta + (wr + i * 16 + group) * PITCH + k + t;
        fa[i][0] = operandOf<TF32>(at[0]);
        fa[i][1] = operandOf<TF32>(at[8 * PITCH]);
        fa[i][2] = operandOf<TF32>(at[4]);
        fa[i][3] = operandOf<TF32>(at[8 * PITCH + 4]);
      }
#pragma unroll
      for (int j = 0; j < 4; j++) {
        const u32* at = tb + (wc + j * 8 + group) * PITCH + k + t;
        fb[j][0] = operandOf<TF32>(at[0]);
        fb[j][1] = operandOf<TF32>(at[4]);
      }
#pragma unroll
      for (int i = 0; i < 4; i++)
#pragma unroll
        for (int j = 0; j < 4; j++) {
          if (TF32) MULTIPLY_TF32(sums[i][j], fa[i], fb[j]);
          else MULTIPLY_BF16(sums[i][j], fa[i], fb[j]);
        }
    }
  }
#pragma unroll
  for (int i = 0; i < 4; i++)
#pragma unroll
    for (int j = 0; j < 4; j++)
#pragma unroll
      for (int q = 0; q < 4; q++) {
        int row = row0 + wr + i * 16 + group + q / 2 * 8, col = col0 + wc + j * 8 + 2 * t + (q & 1);
        if (row < m && col < n) c[i64(row) * ldc + col] = bias ? sums[i][j][q] + bias[col] : sums[i][j][q];
      }
}

#define TENSOR_PRODUCT(name, tf32) \
  SAE_KERNEL_OF(THREADS, name, (const u32* a, const u32* b, const float* bias, float* c, int m, int n, int words, int lda, int ldb, \
                                int ldc)) { \
    SAE_SHARED(u32, tilesA, 2 * TILE_WORDS); \
    SAE_SHARED(u32, tilesB, 2 * TILE_WORDS); \
    multiplyTiles<tf32>(tilesA, tilesB, a, b, bias, c, m, n, words, lda, ldb, ldc); \
  }

TENSOR_PRODUCT(product_bf16, false)
TENSOR_PRODUCT(product_tf32, true)
