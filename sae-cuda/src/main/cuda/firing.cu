// Which latents fired, rows since each did, the set of dead ones, and the loss that pulls latents to their thresholds.
#include "device.cuh"

// fired: a bit per latent, begins as 0; entries of 0 do not count. A warp a row.
SAE_KERNEL(fired_entries, (const u32* starts, const u32* latents, const float* values, u32* fired, int rows)) {
  int row = warpRow();
  if (row >= rows) return;
  for (u32 i = starts[row] + laneId(); i < starts[row + 1]; i += 32)
    if (values[i] != 0 && !hasBit(fired, latents[i])) atomicOr(&fired[latents[i] / 32], 1u << (latents[i] & 31));
}

// Of a matrix: latents in [from, to), all of them, or with a positive value if rectified. A thread a latent and 64 rows.
SAE_KERNEL(fired_matrix, (const float* matrix, u32* fired, int rows, int nLatents, int from, int to, int rectified)) {
  int latent = int(blockIdx.x * blockDim.x + threadIdx.x);
  if (latent >= nLatents || latent < from || latent >= to) return;
  bool any = !rectified;
  for (int row = int(blockIdx.y) * 64; row < rows && row < int(blockIdx.y) * 64 + 64 && !any; row++)
    any = matrix[i64(row) * nLatents + latent] > 0;
  if (any) atomicOr(&fired[latent / 32], 1u << (latent & 31));
}

// since[latent] = 0 if it fired, else + rows; dead: the latents whose count is deadAfter or more, `count` (begins as 0) how many.
// A thread a latent, blocks of whole warps; dead has ceil(nLatents/32) words.
SAE_KERNEL(firing_update, (const u32* fired, u64* since, u32* dead, u32* count, i64 rows, i64 deadAfter, int nLatents)) {
  i64 latent = threadIndex();
  bool isDead = false;
  if (latent < nLatents) {
    u64 n = fired && hasBit(fired, u32(latent)) ? 0 : since[latent] + u64(rows);
    since[latent] = n;
    isDead = n >= u64(deadAfter);
  }
  u32 vote = __ballot_sync(FULL, isDead);
  if (laneId() == 0 && latent < nLatents) {
    dead[latent / 32] = vote;
    if (vote) atomicAdd(count, u32(__popc(vote)));
  }
}

// c·Σ ReLU(θ − h) of the latents of a set. latentStarts, entries: the codes above their thresholds, by latents. pulls[latent]: the loss
// without c; toThresholds: its gradient. A thread a latent.
SAE_KERNEL(threshold_pull, (const float* sums, const float* thresholds, const u32* set, const u32* latentStarts, const u32* entries,
                            const float* values, double* pulls, float* toThresholds, int nLatents, int rows, double coefficient)) {
  i64 latent = threadIndex();
  if (latent >= nLatents) return;
  double pull = 0, slope = 0;
  if (hasBit(set, u32(latent))) {
    double theta = thresholds[latent];
    pull = rows * theta - sums[latent];
    slope = coefficient * rows;
    for (u32 i = latentStarts[latent]; i < latentStarts[latent + 1]; i++) {
      pull += values[entries[i]] - theta;
      slope -= coefficient;
    }
  }
  pulls[latent] = pull;
  toThresholds[latent] = float(slope);
}
