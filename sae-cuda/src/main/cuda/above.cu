// Every pre-activation above its latent's threshold, as compressed rows: counted, scanned (scan.cu) and written in ascending latents.
#include "device.cuh"

SAE_DEVICE bool isAbove(float v, const float* thresholds, float below, int latent) {
  return v > (thresholds ? thresholds[latent] - below : 0.0f);
}

// pre: the chunk's first column, rows lie ld apart; thresholds null: positive ones. counts [rows]. A warp a row.
SAE_KERNEL(above_count, (const float* pre, const float* thresholds, u32* counts, u64* notFinite, int rows, int first, int width, int ld,
                         int nLatents, float below)) {
  int row = warpRow();
  if (row >= rows) return;
  const float* from = pre + i64(row) * ld;
  u32 n = 0;
  for (int j = int(laneId()); j < width; j += 32) {
    float v = from[j];
    if (v != v) reportPlace(notFinite, row, first + j, nLatents);
    n += isAbove(v, thresholds, below, first + j);
  }
  n = warpSum(n);
  if (laneId() == 0) counts[row] = n;
}

// Writes the entries from starts[row] on; those from capacity on are left out, which starts[rows] shows.
SAE_KERNEL(above_write, (const float* pre, const float* thresholds, const u32* starts, u32* latents, float* values, int rows, int first,
                         int width, int ld, int capacity, float below)) {
  int row = warpRow();
  if (row >= rows) return;
  const float* from = pre + i64(row) * ld;
  u32 at = starts[row];
  for (int base = 0; base < width; base += 32) {
    int j = base + int(laneId());
    float v = j < width ? from[j] : 0;
    bool above = j < width && isAbove(v, thresholds, below, first + j);
    u32 vote = __ballot_sync(FULL, above), place = at + u32(__popc(vote & lanesBelow()));
    if (above && place < u32(capacity)) {
      latents[place] = u32(first + j);
      values[place] = v;
    }
    at += u32(__popc(vote));
  }
}
