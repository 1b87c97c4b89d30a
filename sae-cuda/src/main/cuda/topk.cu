// Top-k of each row, chunk of latents by chunk in ascending order, so that a chunk of pre-activations is read while it is in the L2 cache.
// The k largest so far are kept with a threshold that later values must exceed; of equal values the lowest latent came first and stays.
#include "topk.cuh"

#define CAPACITY 384     // keys of a warp: k <= CAPACITY - 128
#define WARPS 4

// pre: the chunk's first column, rows lie ld apart. among: bit per latent, or null for all. magnitudes: 1 selects by |value|.
SAE_KERNEL(topk_chunk, (const float* pre, const u32* among, u64* best, u32* counts, u64* notFinite, int rows, int first, int width, int ld,
                        int k, int nLatents, int magnitudes)) {
  SAE_SHARED(u64, keysAll, WARPS * CAPACITY);
  SAE_SHARED(u32, histograms, WARPS * 256);
  SAE_SHARED(u32, founds, WARPS * 4);
  int row = warpRow();
  if (row >= rows) return;
  u32 lane = laneId(), warp = warpId();
  u64* keys = keysAll + warp * CAPACITY;
  u32* histogram = histograms + warp * 256;
  u32* found = founds + warp * 4;
  u64* mine = best + i64(row) * k;
  int n = int(counts[row]);
  u64 smallest = ~0ull;
  for (int i = int(lane); i < n; i += 32) {
    keys[i] = mine[i];
    smallest = keys[i] < smallest ? keys[i] : smallest;
  }
  float threshold = n == k ? magnitudeOf(~warpMax(~smallest)) : 0;
  __syncwarp(FULL);
  const float* from = pre + i64(row) * ld;
  for (int base = 0; base < width; base += 128) {
    if (n + 128 > CAPACITY) {
      threshold = keepLargest<false>(keys, histogram, found, nullptr, n, k);
      n = k;
    }
    float v[4];                                      // all on their way before the first is looked at
#pragma unroll
    for (int part = 0; part < 4; part++) {
      int j = base + part * 32 + int(lane);
      v[part] = j < width && (!among || hasBit(among, u32(first + j))) ? from[j] : 0;
    }
#pragma unroll
    for (int part = 0; part < 4; part++) {
      int j = base + part * 32 + int(lane);
      if (v[part] != v[part]) reportPlace(notFinite, row, first + j, nLatents);
      bool above = (magnitudes ? fabsf(v[part]) : v[part]) > threshold;
      u32 vote = __ballot_sync(FULL, above);
      if (above) keys[n + __popc(vote & lanesBelow())] = keyOf(v[part], u32(first + j));
      n += __popc(vote);
    }
    __syncwarp(FULL);
  }
  if (n > k) {
    keepLargest<false>(keys, histogram, found, nullptr, n, k);
    n = k;
  }
  for (int i = int(lane); i < n; i += 32) mine[i] = keys[i];
  if (lane == 0) counts[row] = u32(n);
}

// The same for any k, a block a row: keys stay in best [rows, capacity], capacity >= k + blockDim, and are cut when it is full, and after
// the last chunk. thresholds [rows] begin as 0.
SAE_KERNEL_OF(256, topk_chunk_large, (const float* pre, const u32* among, u64* best, u32* counts, float* thresholds, u64* notFinite,
                                      int first, int width, int ld, int k, int capacity, int nLatents, int magnitudes, int last)) {
  SAE_SHARED(u32, histogram, 256);
  SAE_SHARED(u32, found, 4);
  SAE_SHARED(u32, warps, 32);
  i64 row = blockIdx.x;
  u64* keys = best + row * capacity;
  int n = int(counts[row]);
  float threshold = thresholds[row];
  const float* from = pre + row * ld;
  __syncthreads();
  for (int base = 0; base < width; base += int(blockDim.x)) {
    if (n + int(blockDim.x) > capacity) {
      threshold = keepLargest<true>(keys, histogram, found, warps, n, k);
      n = k;
    }
    int j = base + int(threadIdx.x);
    bool asked = j < width && (!among || hasBit(among, u32(first + j)));
    float v = asked ? from[j] : 0;
    if (v != v) reportPlace(notFinite, row, first + j, nLatents);
    bool above = (magnitudes ? fabsf(v) : v) > threshold;
    u32 vote = __ballot_sync(FULL, above);
    if (laneId() == 0) warps[warpId()] = u32(__popc(vote));
    __syncthreads();
    u32 before = 0, all = 0;
    for (u32 w = 0; w < blockDim.x / 32; w++) {
      before += w < warpId() ? warps[w] : 0;
      all += warps[w];
    }
    if (above) keys[n + int(before) + __popc(vote & lanesBelow())] = keyOf(v, u32(first + j));
    n += int(all);
    __syncthreads();
  }
  if (last && n > k) {
    threshold = keepLargest<true>(keys, histogram, found, warps, n, k);
    n = k;
  }
  if (threadIdx.x == 0) {
    counts[row] = u32(n);
    thresholds[row] = threshold;
  }
}

// Codes as compressed rows: keys are in ascending order of latents already. starts: the scan of counts.
SAE_KERNEL(topk_write, (const u64* best, const u32* starts, u32* latents, float* values, int rows, int capacity)) {
  int row = warpRow();
  if (row >= rows) return;
  const u64* keys = best + i64(row) * capacity;
  u32 from = starts[row], n = starts[row + 1] - from;
  for (u32 i = laneId(); i < n; i += 32) {
    latents[from + i] = latentOf(keys[i]);
    values[from + i] = valueOf(keys[i]);
  }
}
