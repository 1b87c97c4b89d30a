// What every kernel file begins with: names for both compilers, sums in a fixed order, and number formats.
//
// Rules of this directory: fmaf is spelt out and the compiler contracts nothing (-fmad=false); division and roots are IEEE's; floats
// are added in one order and atomics are for integers only. Bits therefore do not depend on scheduling and equal the emulator's.
#pragma once
#ifdef SAE_EMULATE
#include "cuda_emu.h"
#define SAE_DEVICE inline
#else
#define SAE_KERNEL(name, params) extern "C" __global__ void name params
#define SAE_KERNEL_OF(threads, name, params) extern "C" __global__ void __launch_bounds__(threads) name params
#define SAE_SHARED(type, name, count) __shared__ alignas(16) type name[count]
#define SAE_DEVICE __device__ __forceinline__
#endif

typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;

#define FULL 0xffffffffu

SAE_DEVICE u32 laneId() { return threadIdx.x & 31; }
SAE_DEVICE u32 warpId() { return threadIdx.x / 32; }

// The row of a kernel that gives each warp one.
SAE_DEVICE int warpRow() { return int(blockIdx.x * (blockDim.x / 32) + warpId()); }

SAE_DEVICE i64 threadIndex() { return i64(blockIdx.x) * blockDim.x + threadIdx.x; }
SAE_DEVICE i64 threadCount() { return i64(gridDim.x) * blockDim.x; }

// Adding is commutative, so all lanes get the same bits.
template <class T> SAE_DEVICE T warpSum(T v) {
  for (int o = 16; o; o >>= 1) v += __shfl_xor_sync(FULL, v, o);
  return v;
}

template <class T> SAE_DEVICE T warpMax(T v) {
  for (int o = 16; o; o >>= 1) {
    T other = __shfl_xor_sync(FULL, v, o);
    v = other > v ? other : v;
  }
  return v;
}

// Sum over a block of whole warps; scratch has one place per warp. Every thread gets it.
template <class T> SAE_DEVICE T blockSum(T v, T* scratch) {
  v = warpSum(v);
  if (laneId() == 0) scratch[warpId()] = v;
  __syncthreads();
  T sum = 0;
  for (u32 w = 0; w < blockDim.x / 32; w++) sum += scratch[w];
  __syncthreads();
  return sum;
}

// Sum of the lanes up to this one.
template <class T> SAE_DEVICE T warpScan(T v) {
  for (int o = 1; o < 32; o <<= 1) {
    T up = __shfl_up_sync(FULL, v, o);
    if (laneId() >= u32(o)) v += up;
  }
  return v;
}

// Bits of the lanes below this one.
SAE_DEVICE u32 lanesBelow() { return (1u << laneId()) - 1; }

// V floats that are read and written at once; addresses are multiples of their size.
template <int V> struct alignas(4 * V) Pack { float v[V]; };
template <int V> SAE_DEVICE Pack<V> loadPack(const float* p) { return *reinterpret_cast<const Pack<V>*>(p); }
template <int V> SAE_DEVICE void storePack(float* p, const Pack<V>& x) { *reinterpret_cast<Pack<V>*>(p) = x; }

// A number given by the host, or one that lies on the device.
SAE_DEVICE double scalar(const double* device, double host) { return device ? *device : host; }

SAE_DEVICE bool hasBit(const u32* bits, u32 i) { return bits[i / 32] >> (i & 31) & 1; }

// To nearest, ties to even, as Java's and PyTorch's conversions do.
SAE_DEVICE u16 toBfloat16(float x) {
  u32 u = __float_as_uint(x);
  if ((u & 0x7fffffff) > 0x7f800000) return u16(u >> 16 | 0x40);
  return u16((u + 0x7fff + (u >> 16 & 1)) >> 16);
}

SAE_DEVICE float fromBfloat16(u16 x) { return __uint_as_float(u32(x) << 16); }

SAE_DEVICE float fromHalf(u16 x) {
  u32 sign = u32(x & 0x8000) << 16, exponent = x >> 10 & 31, mantissa = x & 1023;
  if (exponent == 31) return __uint_as_float(sign | 0x7f800000 | mantissa << 13);
  if (exponent) return __uint_as_float(sign | (exponent + 112) << 23 | mantissa << 13);
  float small = float(int(mantissa)) * 5.9604644775390625e-8f;    // 2^-24
  return sign ? -small : small;
}

// The first place, counted row after row, at which a number is missing; ~0 if there is none.
SAE_DEVICE void reportPlace(u64* notFinite, i64 row, i64 column, i64 columns) {
  atomicMin(notFinite, u64(row * columns + column));
}
