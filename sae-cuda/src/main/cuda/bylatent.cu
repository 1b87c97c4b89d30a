// Codes in order of latents: counted, scanned (scan.cu), placed in any order, and then each latent's entries sorted by row.
#include "device.cuh"

#define WARPS 4
#define WINDOW 4096      // keys that a warp's bits stand for at once

// perLatent [nLatents] begins as 0. A warp a row.
SAE_KERNEL(order_count, (const u32* starts, const u32* latents, u32* perLatent, int rows)) {
  int row = warpRow();
  if (row >= rows) return;
  for (u32 i = starts[row] + laneId(); i < starts[row + 1]; i += 32) atomicAdd(&perLatent[latents[i]], 1u);
}

// cursor: a copy of the latents' starts. placed: row in the high half, entry in the low. A warp a row.
SAE_KERNEL(order_place, (const u32* starts, const u32* latents, u32* cursor, u64* placed, int rows)) {
  int row = warpRow();
  if (row >= rows) return;
  for (u32 i = starts[row] + laneId(); i < starts[row + 1]; i += 32)
    placed[atomicAdd(&cursor[latents[i]], 1u)] = u64(u32(row)) << 32 | i;
}

// Sorts each segment by the high half, whose numbers differ within a segment, and takes the halves apart. A warp a segment.
SAE_KERNEL(sort_segments, (const u32* starts, const u64* placed, u32* high, u32* low, int segments)) {
  SAE_SHARED(u32, bitsAll, WARPS * WINDOW / 32);
  SAE_SHARED(u32, beforeAll, WARPS * WINDOW / 32);
  int segment = warpRow();
  if (segment >= segments) return;
  u32 lane = laneId(), from = starts[segment], n = starts[segment + 1] - from;
  if (n == 0) return;
  if (n <= 32) {
    u64 own = lane < n ? placed[from + lane] : ~0ull;
    u32 rank = 0;
    for (int i = 0; i < int(n); i++) rank += u32(__shfl_sync(FULL, own, i) >> 32) < u32(own >> 32);
    if (lane < n) {
      high[from + rank] = u32(own >> 32);
      low[from + rank] = u32(own);
    }
    return;
  }
  u32* bits = bitsAll + warpId() * (WINDOW / 32);
  u32* before = beforeAll + warpId() * (WINDOW / 32);
  u32 largest = 0;
  for (u32 i = lane; i < n; i += 32) largest = u32(placed[from + i] >> 32) > largest ? u32(placed[from + i] >> 32) : largest;
  largest = warpMax(largest);
  u32 done = 0;
  for (u32 first = 0; first <= largest && done < n; first += WINDOW) {
    for (u32 i = lane; i < WINDOW / 32; i += 32) bits[i] = 0;
    __syncwarp(FULL);
    for (u32 i = lane; i < n; i += 32) {
      u32 key = u32(placed[from + i] >> 32) - first;
      if (key < WINDOW) atomicOr(&bits[key / 32], 1u << (key & 31));
    }
    __syncwarp(FULL);
    u32 own = 0;
    for (u32 w = 0; w < WINDOW / 1024; w++) own += u32(__popc(bits[lane * (WINDOW / 1024) + w]));
    u32 upTo = warpScan(own), at = done + upTo - own;
    for (u32 w = 0; w < WINDOW / 1024; w++) {
      before[lane * (WINDOW / 1024) + w] = at;
      at += u32(__popc(bits[lane * (WINDOW / 1024) + w]));
    }
    done += __shfl_sync(FULL, upTo, 31);
    __syncwarp(FULL);
    for (u32 i = lane; i < n; i += 32) {
      u64 both = placed[from + i];
      u32 key = u32(both >> 32) - first;
      if (key < WINDOW) {
        u32 rank = before[key / 32] + u32(__popc(bits[key / 32] & ((1u << (key & 31)) - 1)));
        high[from + rank] = u32(both >> 32);
        low[from + rank] = u32(both);
      }
    }
    __syncwarp(FULL);
  }
}
