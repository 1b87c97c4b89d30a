// Exclusive sums of counts: where the entries of each row, or of each latent, begin.
#include "device.cuh"

#define EACH 16
#define SCAN_THREADS 256     // a block scans SCAN_THREADS * EACH counts

// sums[block]: of the block's counts
SAE_KERNEL(scan_sums, (const u32* counts, u32* sums, int n)) {
  SAE_SHARED(u32, scratch, SCAN_THREADS / 32);
  u32 sum = 0;
  int from = int(blockIdx.x) * SCAN_THREADS * EACH;
  for (int i = 0; i < EACH; i++) {
    int at = from + i * SCAN_THREADS + int(threadIdx.x);
    if (at < n) sum += counts[at];
  }
  sum = blockSum(sum, scratch);
  if (threadIdx.x == 0) sums[blockIdx.x] = sum;
}

// starts [n + 1]; cursor, if not null, [n], gets the same
SAE_KERNEL(scan_write, (const u32* counts, const u32* sums, u32* starts, u32* cursor, int n)) {
  SAE_SHARED(u32, scratch, SCAN_THREADS / 32);
  SAE_SHARED(u32, warps, SCAN_THREADS / 32);
  u32 before = 0;
  for (u32 b = threadIdx.x; b < blockIdx.x; b += SCAN_THREADS) before += sums[b];
  before = blockSum(before, scratch);
  int from = (int(blockIdx.x) * SCAN_THREADS + int(threadIdx.x)) * EACH;
  u32 own[EACH], sum = 0;
#pragma unroll
  for (int i = 0; i < EACH; i++) {
    own[i] = from + i < n ? counts[from + i] : 0;
    sum += own[i];
  }
  u32 upTo = warpScan(sum);
  if (laneId() == 31) warps[warpId()] = upTo;
  __syncthreads();
  for (u32 w = 0; w < warpId(); w++) before += warps[w];
  before += upTo - sum;
#pragma unroll
  for (int i = 0; i < EACH; i++) {
    if (from + i < n) {
      starts[from + i] = before;
      if (cursor) cursor[from + i] = before;
      if (from + i == n - 1) starts[n] = before + own[i];
    }
    before += own[i];
  }
}
