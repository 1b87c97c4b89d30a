// Rows of a factored gradient: Σ scale·codesᵀ·y over terms + the component along the matrix's own rows. A block a latent.
#pragma once
#include "device.cuh"

// A product scale·codesᵀ·y, the codes in order of latents (bylatent.cu).
struct Term {
  const u32* starts;       // [nLatents + 1]
  const u32* entries;      // of the values
  const u32* rows;         // of y
  const float* values;
  const float* y;          // [rows, width]
  const double* factor;    // multiplies scale; null for 1
  double scale;
};

// A component along columns up to `end` of the matrix's rows, from where the part before ends.
struct Along {
  const float* factors;    // [nLatents]
  int end;
};

#define COLUMNS 8          // of a thread

SAE_DEVICE float dotColumns(const float* a, const float* b) {
  float dot = 0;
#pragma unroll
  for (int c = 0; c < COLUMNS; c++) dot = fmaf(a[c], b[c], dot);
  return dot;
}

// The column of a thread's c-th number. Neighbours read neighbouring packs of 4; numbers of a width that is no multiple of 4, which is
// rare, lie side by side in a thread, for addresses that need few registers.
template <int V> SAE_DEVICE int columnOf(int first, int c) {
  if (V == 1) return first + int(threadIdx.x) * COLUMNS + c;
  return first + ((c / V) * int(blockDim.x) + int(threadIdx.x)) * V + c % V;
}

template <int V> SAE_DEVICE void loadColumns(const float* row, float* to, int first, int width) {
#pragma unroll
  for (int c = 0; c < COLUMNS; c += V) {
    int j = columnOf<V>(first, c);
    Pack<V> pack;
#pragma unroll
    for (int e = 0; e < V; e++) pack.v[e] = 0;
    if (j < width) pack = loadPack<V>(row + j);
#pragma unroll
    for (int e = 0; e < V; e++) to[c + e] = pack.v[e];
  }
}

template <int V> SAE_DEVICE void storeColumns(float* row, const float* from, int first, int width) {
#pragma unroll
  for (int c = 0; c < COLUMNS; c += V) {
    int j = columnOf<V>(first, c);
    Pack<V> pack;
#pragma unroll
    for (int e = 0; e < V; e++) pack.v[e] = from[c + e];
    if (j < width) storePack<V>(row + j, pack);
  }
}

// g: what the sum begins with. Entries in ascending order of rows, 32 read at once by a warp.
template <int V> SAE_DEVICE void addTerm(const Term& term, i64 latent, float* g, int first, int width) {
  float scale = float(term.factor ? term.scale * *term.factor : term.scale);
  u32 to = term.starts[latent + 1];
  for (u32 base = term.starts[latent]; base < to; base += 32) {
    u32 at = base + laneId(), row = 0;
    float v = 0;
    if (at < to) {
      v = scale * term.values[term.entries[at]];
      row = term.rows[at];
    }
    int n = to - base < 32 ? int(to - base) : 32;
#pragma unroll 1
    for (int i = 0; i < n; i++) {
      float f = __shfl_sync(FULL, v, i);
      const float* y = term.y + i64(__shfl_sync(FULL, row, i)) * width;
#pragma unroll
      for (int c = 0; c < COLUMNS; c += V) {
        int j = columnOf<V>(first, c);
        if (j < width) {
          Pack<V> pack = loadPack<V>(y + j);
#pragma unroll
          for (int e = 0; e < V; e++) g[c + e] = fmaf(f, pack.v[e], g[c + e]);
        }
      }
    }
  }
}

// The gradient of a latent's columns from `first` on, COLUMNS of each thread; own: the matrix's.
template <int V> SAE_DEVICE void gradientColumns(const Term* terms, const Along* along, int nTerms, int nAlong, i64 latent, const float* own,
                                                 float* g, int first, int width) {
  for (int t = 0; t < nTerms; t++) addTerm<V>(terms[t], latent, g, first, width);
  if (nAlong == 0) return;
#pragma unroll
  for (int c = 0; c < COLUMNS; c++) {
    int j = columnOf<V>(first, c), part = 0;
    if (j < width) {
      while (j >= along[part].end) part++;
      g[c] = fmaf(along[part].factors[latent], own[c], g[c]);
    }
  }
}
