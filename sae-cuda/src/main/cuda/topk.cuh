// Entries as 64-bit keys, and the largest of many keys.
#pragma once
#include "device.cuh"

// The magnitude's 31 bits (positive floats order as integers), then the complement of the latent, then the sign: of equal magnitudes the
// lowest latent is the largest key, and no two keys of a row are equal.
SAE_DEVICE u64 keyOf(float v, u32 latent) {
  u32 bits = __float_as_uint(v);
  return u64(bits & 0x7fffffff) << 33 | u64(u32(~latent)) << 1 | bits >> 31;
}
SAE_DEVICE float magnitudeOf(u64 key) { return __uint_as_float(u32(key >> 33)); }
SAE_DEVICE u32 latentOf(u64 key) { return ~u32(key >> 1); }
SAE_DEVICE float valueOf(u64 key) { return __uint_as_float(u32(key >> 33) | u32(key & 1) << 31); }

// A warp or a block works on one row.
template <bool BLOCK> SAE_DEVICE void groupSync() {
  if (BLOCK) __syncthreads();
  else __syncwarp(FULL);
}
template <bool BLOCK> SAE_DEVICE u32 groupIndex() { return BLOCK ? threadIdx.x : laneId(); }
template <bool BLOCK> SAE_DEVICE u32 groupSize() { return BLOCK ? blockDim.x : 32; }

// The digit (of `size` counts, a multiple of 32, in descending order) at which `want` keys are reached: found = {digit, keys above it,
// keys in it}. One warp.
SAE_DEVICE void findDigit(const u32* histogram, u32* found, int size, u32 want) {
  u32 lane = laneId(), each = u32(size) / 32, top = u32(size) - 1 - each * lane;
  u32 own = 0;
  for (u32 d = 0; d < each; d++) own += histogram[top - d];
  u32 before = warpScan(own) - own;
  for (u32 d = 0; d < each; d++) {
    u32 h = histogram[top - d];
    if (before < want && before + h >= want) {
      found[0] = top - d;
      found[1] = before;
      found[2] = h;
    }
    before += h;
  }
}

// Keeps the k largest of n > k different keys, in their order. Radix select, 8 bits at a time from the top. Shared: histogram [256],
// found [3], warps [32] (of a block). Returns the k-th largest magnitude, or a lower bound above which only kept keys lie.
template <bool BLOCK> SAE_DEVICE float keepLargest(u64* keys, u32* histogram, u32* found, u32* warps, int n, int k) {
  u32 me = groupIndex<BLOCK>(), size = groupSize<BLOCK>();
  u64 prefix = 0, mask = 0;
  u32 want = u32(k);                                 // among the keys that begin as prefix does
  for (int shift = 56; shift >= 0; shift -= 8) {
    for (u32 i = me; i < 256; i += size) histogram[i] = 0;
    groupSync<BLOCK>();
    for (u32 i = me; i < u32(n); i += size)
      if ((keys[i] & mask) == prefix) atomicAdd(&histogram[u32(keys[i] >> shift) & 255], 1u);
    groupSync<BLOCK>();
    if (!BLOCK || warpId() == 0) findDigit(histogram, found, 256, want);
    groupSync<BLOCK>();
    u32 digit = found[0], above = found[1], in = found[2];
    groupSync<BLOCK>();
    prefix |= u64(digit) << shift;
    mask |= u64(255) << shift;
    want -= above;
    if (in == want) break;                           // all that begin so are wanted
  }
  u32 kept = 0;                                      // exactly k keys have (key & mask) >= prefix
  for (u32 base = 0; base < u32(n); base += size) {
    u32 i = base + me;
    u64 key = i < u32(n) ? keys[i] : 0;
    bool keep = i < u32(n) && (key & mask) >= prefix;
    u32 vote = __ballot_sync(FULL, keep);
    u32 before = 0, all = u32(__popc(vote));
    if (BLOCK) {
      if (laneId() == 0) warps[warpId()] = all;
      __syncthreads();
      all = 0;
      for (u32 w = 0; w < size / 32; w++) {
        before += w < warpId() ? warps[w] : 0;
        all += warps[w];
      }
    }
    if (keep) keys[kept + before + u32(__popc(vote & lanesBelow()))] = key;
    kept += all;
    groupSync<BLOCK>();
  }
  return magnitudeOf(prefix);
}
