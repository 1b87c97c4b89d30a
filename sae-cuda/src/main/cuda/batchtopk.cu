// The k·rows largest positive pre-activations of a whole batch. Chunks of latents fill a pool with what may still be selected: a histogram
// of all values seen gives a bound that grows. At the end a radix select finds the smallest selected key. Ties: first row, then lowest latent.
#include "topk.cuh"

#define BIN_SHIFT 16
#define BINS 32768       // of the values' upper bits
#define PLACES 33        // bits of a place, row · nLatents + latent
#define DIGIT 4096
#define THREADS 1024

// state of the pool, one u64 each
enum { SIZE, BOUND, PREFIX, MASK, WANT, DONE, STATE };

SAE_DEVICE u64 placeKey(float v, u64 place) { return u64(__float_as_uint(v)) << PLACES | (((u64(1) << PLACES) - 1) ^ place); }
SAE_DEVICE u64 placeOf(u64 key) { return ((u64(1) << PLACES) - 1) ^ (key & ((u64(1) << PLACES) - 1)); }

// A warp a row; what does not fit is left out, and state[SIZE] shows it.
SAE_KERNEL(pool_chunk, (const float* pre, u64* pool, u64* state, u32* histogram, u64* notFinite, i64 capacity, int rows, int first,
                        int width, int ld, int nLatents)) {
  int row = warpRow();
  if (row >= rows) return;
  u32 bound = u32(state[BOUND]);
  const float* from = pre + i64(row) * ld;
  for (int base = 0; base < width; base += 32) {
    int j = base + int(laneId());
    float v = j < width ? from[j] : 0;
    if (v != v) reportPlace(notFinite, row, first + j, nLatents);
    bool may = v > 0 && __float_as_uint(v) >= bound;
    u32 vote = __ballot_sync(FULL, may);
    if (vote == 0) continue;
    u64 at = 0;
    if (laneId() == 0) at = atomicAdd(&state[SIZE], u64(__popc(vote)));
    at = __shfl_sync(FULL, at, 0) + u64(__popc(vote & lanesBelow()));
    if (may) {
      atomicAdd(&histogram[__float_as_uint(v) >> BIN_SHIFT], 1u);
      if (at < u64(capacity)) pool[at] = placeKey(v, u64(row) * u64(nLatents) + u64(first + j));
    }
  }
}

// The digit (of EACH counts a thread, in descending order) at which `want` keys are reached: found = {digit, keys above it, keys in it};
// unchanged if there are fewer. A block of THREADS; warps [32].
template <int EACH> SAE_DEVICE void findDigitOfBlock(const u32* histogram, u64* found, u64* warps, u64 want) {
  u32 top = EACH * THREADS - 1 - threadIdx.x * EACH, counts[EACH];
  u64 own = 0;
#pragma unroll
  for (int d = 0; d < EACH; d++) {
    counts[d] = histogram[top - u32(d)];
    own += counts[d];
  }
  u64 upTo = warpScan(own);
  if (laneId() == 31) warps[warpId()] = upTo;
  __syncthreads();
  u64 before = upTo - own;
  for (u32 w = 0; w < warpId(); w++) before += warps[w];
#pragma unroll
  for (int d = 0; d < EACH; d++) {
    if (before < want && before + counts[d] >= want) {
      found[0] = top - u32(d);
      found[1] = before;
      found[2] = counts[d];
    }
    before += counts[d];
  }
  __syncthreads();
}

// Raises the bound: at least `wanted` values lie in the bins from the bound's on. One block.
SAE_KERNEL_OF(THREADS, pool_bound, (const u32* histogram, u64* state, i64 wanted)) {
  SAE_SHARED(u64, warps, 32);
  SAE_SHARED(u64, coarse, 4);
  SAE_SHARED(u32, sums, THREADS);
  u32 sum = 0;
#pragma unroll 8
  for (u32 i = 0; i < BINS / THREADS; i++) sum += histogram[threadIdx.x * (BINS / THREADS) + i];
  sums[threadIdx.x] = sum;
  if (threadIdx.x == 0) coarse[0] = ~0ull;
  __syncthreads();
  findDigitOfBlock<1>(sums, coarse, warps, u64(wanted));
  if (coarse[0] == ~0ull || warpId()) return;        // fewer values so far
  u32 bin = u32(coarse[0]) * (BINS / THREADS) + 31 - laneId();
  u64 before = coarse[1] + warpScan(u64(histogram[bin])) - histogram[bin];
  if (before < u64(wanted) && before + histogram[bin] >= u64(wanted)) state[BOUND] = u64(bin) << BIN_SHIFT;
}

// Cuts a pool of more than `limit` keys to the `wanted` largest; else does nothing. Exact, so that the pool never overflows: capacity must
// be at least limit + rows · width of a chunk. Seldom needed, so one block does.
SAE_KERNEL_OF(THREADS, pool_cut, (u64* pool, u64* state, i64 wanted, i64 limit)) {
  SAE_SHARED(u32, histogram, 256);
  SAE_SHARED(u32, found, 4);
  SAE_SHARED(u32, warps, 32);
  u64 n = state[SIZE];
  __syncthreads();
  if (n <= u64(limit) || n <= u64(wanted)) return;
  keepLargest<true>(pool, histogram, found, warps, int(n), int(wanted));
  if (threadIdx.x == 0) state[SIZE] = u64(wanted);
}

// Begins the search for the smallest selected key. One thread.
SAE_KERNEL(pool_begin, (u64* state, i64 wanted)) {
  if (threadIdx.x || blockIdx.x) return;
  state[PREFIX] = state[MASK] = 0;
  state[WANT] = u64(wanted);
  state[DONE] = state[SIZE] <= u64(wanted);
}

// Counts the keys of the pool that begin as the prefix does by their next 12 bits; digits [4096] begin as 0.
SAE_KERNEL(pool_digits, (const u64* pool, const u64* state, u32* digits, int shift)) {
  if (state[DONE]) return;
  u64 prefix = state[PREFIX], mask = state[MASK], n = state[SIZE];
  for (u64 i = u64(threadIndex()); i < n; i += u64(threadCount()))
    if ((pool[i] & mask) == prefix) atomicAdd(&digits[u32(pool[i] >> shift) & (DIGIT - 1)], 1u);
}

// Extends the prefix by the digit at which `want` keys are reached, and clears the digits. One block.
SAE_KERNEL_OF(THREADS, pool_pick, (u64* state, u32* digits, int shift)) {
  SAE_SHARED(u64, warps, 32);
  SAE_SHARED(u64, found, 4);
  if (state[DONE]) return;
  u64 want = state[WANT];
  findDigitOfBlock<DIGIT / THREADS>(digits, found, warps, want);
  for (u32 i = threadIdx.x; i < DIGIT; i += THREADS) digits[i] = 0;
  if (threadIdx.x == 0) {
    state[PREFIX] |= found[0] << shift;
    state[MASK] |= u64(DIGIT - 1) << shift;
    state[WANT] = want - found[1];
    state[DONE] = want - found[1] == found[2];
  }
}

SAE_DEVICE bool isSelected(u64 key, const u64* state) { return (key & state[MASK]) >= state[PREFIX]; }

// counts [rows] begin as 0
SAE_KERNEL(pool_count, (const u64* pool, const u64* state, u32* counts, int nLatents)) {
  u64 n = state[SIZE];
  for (u64 i = u64(threadIndex()); i < n; i += u64(threadCount()))
    if (isSelected(pool[i], state)) atomicAdd(&counts[placeOf(pool[i]) / u64(nLatents)], 1u);
}

// cursor: a copy of the rows' starts. placed: latent in the high half, the value's bits in the low, for sort_segments.
SAE_KERNEL(pool_place, (const u64* pool, const u64* state, u32* cursor, u64* placed, int nLatents)) {
  u64 n = state[SIZE];
  for (u64 i = u64(threadIndex()); i < n; i += u64(threadCount())) {
    if (!isSelected(pool[i], state)) continue;
    u64 place = placeOf(pool[i]), row = place / u64(nLatents);
    placed[atomicAdd(&cursor[row], 1u)] = (place - row * u64(nLatents)) << 32 | pool[i] >> PLACES;
  }
}
