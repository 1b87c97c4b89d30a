// Compressed rows: filtered, joined, read from and written to matrices, counted. Row b's entries are [starts[b], starts[b + 1]).
#include "device.cuh"

// What a filter keeps: latents in [from, to), of the set `among` (null: all), values other than 0 if nonZero, and values above their
// latent's threshold (null: all).
SAE_DEVICE bool isKept(u32 latent, float v, const u32* among, const float* thresholds, int from, int to, int nonZero) {
  return int(latent) >= from && int(latent) < to && (!nonZero || v != 0) && (!among || hasBit(among, latent)) &&
         (!thresholds || v > thresholds[latent]);
}

// counts [rows]. A warp a row.
SAE_KERNEL(keep_count, (const u32* starts, const u32* latents, const float* values, const u32* among, const float* thresholds, u32* counts,
                        int rows, int from, int to, int nonZero)) {
  int row = warpRow();
  if (row >= rows) return;
  u32 n = 0;
  for (u32 i = starts[row] + laneId(); i < starts[row + 1]; i += 32)
    n += isKept(latents[i], values[i], among, thresholds, from, to, nonZero);
  n = warpSum(n);
  if (laneId() == 0) counts[row] = n;
}

// Writes the kept entries in their order: what `of` holds at their places, so that other values of the same codes can be taken along.
SAE_KERNEL(keep_write, (const u32* starts, const u32* latents, const float* values, const float* of, const u32* among,
                        const float* thresholds, const u32* keptStarts, u32* keptLatents, float* kept, int rows, int from, int to,
                        int nonZero)) {
  int row = warpRow();
  if (row >= rows) return;
  u32 at = keptStarts[row], end = starts[row + 1];
  for (u32 base = starts[row]; base < end; base += 32) {
    u32 i = base + laneId();
    bool keep = i < end && isKept(latents[i], values[i], among, thresholds, from, to, nonZero);
    u32 vote = __ballot_sync(FULL, keep);
    if (keep) {
      u32 place = at + u32(__popc(vote & lanesBelow()));
      keptLatents[place] = latents[i];
      kept[place] = of[i];
    }
    at += u32(__popc(vote));
  }
}

// Side by side: each part's counts are added up; after a scan, with a copy of the starts as cursor, each part is appended in turn.
SAE_KERNEL(beside_count, (const u32* starts, u32* counts, int rows)) {
  i64 row = threadIndex();
  if (row < rows) counts[row] += starts[row + 1] - starts[row];
}

SAE_KERNEL(beside_append, (const u32* starts, const u32* latents, const float* values, u32* cursor, u32* outLatents, float* out, int rows)) {
  int row = warpRow();
  if (row >= rows) return;
  u32 from = starts[row], n = starts[row + 1] - from, at = cursor[row];
  for (u32 i = laneId(); i < n; i += 32) {
    outLatents[at + i] = latents[from + i];
    out[at + i] = values[from + i];
  }
  __syncwarp(FULL);
  if (laneId() == 0) cursor[row] = at + n;
}

// out[i] = matrix [rows, nLatents] at the entries. A warp a row.
SAE_KERNEL(entries_sample, (const u32* starts, const u32* latents, const float* matrix, float* out, int rows, int nLatents)) {
  int row = warpRow();
  if (row >= rows) return;
  for (u32 i = starts[row] + laneId(); i < starts[row + 1]; i += 32) out[i] = matrix[i64(row) * nLatents + latents[i]];
}

// The entries as a matrix, which begins as 0. A warp a row.
SAE_KERNEL(entries_to_matrix, (const u32* starts, const u32* latents, const float* values, float* matrix, int rows, int nLatents)) {
  int row = warpRow();
  if (row >= rows) return;
  for (u32 i = starts[row] + laneId(); i < starts[row + 1]; i += 32) matrix[i64(row) * nLatents + latents[i]] = values[i];
}

// out[i] = byLatent of the entry's latent
SAE_KERNEL(entries_weights, (const u32* starts, const u32* latents, const float* byLatent, float* out, int rows)) {
  i64 n = starts[rows];
  for (i64 i = threadIndex(); i < n; i += threadCount()) out[i] = byLatent[latents[i]];
}

// One row with a 1 for each latent of a set: starts [2]. One block of 256.
SAE_KERNEL_OF(256, set_codes, (const u32* set, u32* starts, u32* latents, float* values, int nLatents)) {
  SAE_SHARED(u32, warps, 8);
  u32 at = 0;
  for (int base = 0; base < nLatents; base += 256) {
    int i = base + int(threadIdx.x);
    bool in = i < nLatents && hasBit(set, u32(i));
    u32 vote = __ballot_sync(FULL, in);
    if (laneId() == 0) warps[warpId()] = u32(__popc(vote));
    __syncthreads();
    u32 before = 0, all = 0;
    for (u32 w = 0; w < 8; w++) {
      before += w < warpId() ? warps[w] : 0;
      all += warps[w];
    }
    if (in) {
      u32 place = at + before + u32(__popc(vote & lanesBelow()));
      latents[place] = u32(i);
      values[place] = 1;
    }
    at += all;
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    starts[0] = 0;
    starts[1] = at;
  }
}

// stats: how many values are not 0 (begins as 0), and the bits of the smallest positive one (begin as ~0). Of the starts[rows] entries, or
// of n values where starts is null.
SAE_KERNEL(values_stats, (const u32* starts, const float* values, u64* stats, i64 n, int rows)) {
  if (starts) n = starts[rows];
  u32 nonZeros = 0, least = ~0u;
  for (i64 i = threadIndex(); i < n; i += threadCount()) {
    float v = values[i];
    nonZeros += v != 0;
    u32 bits = __float_as_uint(v);
    if (v > 0 && bits < least) least = bits;
  }
  nonZeros = warpSum(nonZeros);
  least = ~warpMax(~least);
  if (laneId() == 0) {
    if (nonZeros) atomicAdd(&stats[0], u64(nonZeros));
    if (least != ~0u) atomicMin(&stats[1], u64(least));
  }
}

// out[0]: how many; out[1]: the smallest, NaN if there is none. One thread.
SAE_KERNEL(stats_numbers, (const u64* stats, double* out)) {
  if (threadIdx.x || blockIdx.x) return;
  out[0] = double(stats[0]);
  out[1] = stats[1] == ~0ull ? double(__uint_as_float(0x7fc00000)) : double(__uint_as_float(u32(stats[1])));
}
