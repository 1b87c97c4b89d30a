// Runs CUDA kernels on the CPU, one fiber a thread, so that barriers, shared memory and warp collectives mean what they mean on a GPU.
// The order in which fibers run is a parameter (EMU order 0 ascending, 1 descending, >1 seeded shuffle at every resumption): a kernel that
// needs a barrier that is not there gives different bits under different orders.
#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>
#include <stdexcept>
#include <utility>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __restrict__ __restrict
#define __launch_bounds__(...)

struct dim3 { unsigned x, y, z; dim3(unsigned a = 1, unsigned b = 1, unsigned c = 1) : x(a), y(b), z(c) {} };
struct alignas(16) float4 { float x, y, z, w; };
struct alignas(8) float2 { float x, y; };
struct alignas(16) uint4 { unsigned x, y, z, w; };

namespace emu {
struct Fault : std::runtime_error { using std::runtime_error::runtime_error; };
enum class State : uint8_t { READY, BARRIER, WARP, DONE };

struct Fiber {
  void* sp = nullptr;
  char* stack = nullptr;
  State state = State::READY;
  int line = 0;            // of the barrier or collective it waits at
  unsigned mask = 0;       // of the collective
  uint64_t value = 0;      // deposited
  unsigned epoch = 0;      // collectives done
};

struct Block {
  std::vector<Fiber> fibers;
  unsigned current = 0;
  dim3 grid, block, at;
  std::vector<char> arena; size_t used = 0; std::vector<std::pair<size_t, size_t>> guards;
  std::vector<size_t> slots;   // by call order of SAE_SHARED within a kernel
  std::vector<std::array<uint64_t, 32>> ring;
};

extern thread_local Block* B;
extern thread_local void* schedulerSp;
extern "C" void emu_switch(void** from, void* to);
void yieldTo();
[[noreturn]] void fault(const std::string& what);

inline void barrier(int line) {
  Fiber& f = B->fibers[B->current];
  f.state = State::BARRIER; f.line = line;
  yieldTo();
}
// deposits a value, waits for the lanes of the mask, and returns what all have deposited
void collective(unsigned mask, uint64_t value, int line, uint64_t out[32]);
void* shared(int key, size_t bytes);

template <class T> inline uint64_t bits(T v) { uint64_t u = 0; static_assert(sizeof(T) <= 8); memcpy(&u, &v, sizeof(T)); return u; }
template <class T> inline T from(uint64_t u) { T v; memcpy(&v, &u, sizeof(T)); return v; }
inline unsigned lane() { return B->current & 31; }
template <class T> inline T shfl(unsigned mask, T v, unsigned src, int line) {
  uint64_t all[32]; collective(mask, bits(v), line, all);
  if (!(mask >> src & 1)) fault("shuffle reads lane " + std::to_string(src) + ", which is not in the mask");
  return from<T>(all[src]);
}
inline unsigned ballot(unsigned mask, bool p, int line) {
  uint64_t all[32]; collective(mask, p, line, all);
  unsigned r = 0; for (int i = 0; i < 32; i++) if (mask >> i & 1) r |= unsigned(all[i] != 0) << i;
  return r;
}
// D += A·B for A 16x16, B 16x8, bfloat16, as the PTX manual lays fragments out; sums in double, rounded once (tensor cores round otherwise)
inline float bf16(unsigned word, int half) { unsigned u = (half ? word >> 16 : word & 0xffff) << 16; float f; memcpy(&f, &u, 4); return f; }
inline void mma16816(float* d, const unsigned* a, const unsigned* b, int line) {
  uint64_t w[3][32];
  collective(0xffffffffu, uint64_t(a[0]) | uint64_t(a[1]) << 32, line, w[0]);
  collective(0xffffffffu, uint64_t(a[2]) | uint64_t(a[3]) << 32, line, w[1]);
  collective(0xffffffffu, uint64_t(b[0]) | uint64_t(b[1]) << 32, line, w[2]);
  unsigned l = lane(), g = l / 4, t = l & 3;
  for (int q = 0; q < 4; q++) {
    unsigned row = g + (q / 2) * 8, col = 2 * t + (q & 1);
    double sum = d[q];
    for (unsigned k = 0; k < 16; k++) {
      unsigned reg = (row >= 8 ? 1 : 0) + (k >= 8 ? 2 : 0);
      uint64_t wa = w[reg / 2][(row % 8) * 4 + (k % 8) / 2];
      uint64_t wb = w[2][col * 4 + (k % 8) / 2];
      sum += double(bf16(unsigned(reg & 1 ? wa >> 32 : wa), k & 1)) * bf16(unsigned(k >= 8 ? wb >> 32 : wb), k & 1);
    }
    d[q] = float(sum);
  }
}

inline unsigned tid(int d) { unsigned t = B->current; return d == 0 ? t % B->block.x : d == 1 ? t / B->block.x % B->block.y : t / B->block.x / B->block.y; }
struct TX { operator unsigned() const { return tid(0); } };
struct TY { operator unsigned() const { return tid(1); } };
struct TI { TX x; TY y; };
struct BXp { operator unsigned() const { return B->at.x; } };
struct BYp { operator unsigned() const { return B->at.y; } };
struct BI { BXp x; BYp y; };
struct DX { operator unsigned() const { return B->block.x; } };
struct DY { operator unsigned() const { return B->block.y; } };
struct DI { DX x; DY y; };
struct GX { operator unsigned() const { return B->grid.x; } };
struct GY { operator unsigned() const { return B->grid.y; } };
struct GI { GX x; GY y; };
void run(dim3 grid, dim3 block, size_t dynamic, void (*entry)(void*), void* arg, unsigned order);
unsigned long long launches();
}  // namespace emu

static constexpr emu::TI threadIdx{}; static constexpr emu::BI blockIdx{}; static constexpr emu::DI blockDim{}; static constexpr emu::GI gridDim{};

#define __syncthreads() emu::barrier(__LINE__)
#define __syncwarp(...) ((void)emu::ballot(emu_mask(__VA_ARGS__), true, __LINE__))
inline unsigned emu_mask(unsigned m = 0xffffffffu) { return m; }
#define __shfl_sync(m, v, s) emu::shfl(m, v, unsigned(s) & 31, __LINE__)
#define __shfl_xor_sync(m, v, x) emu::shfl(m, v, emu::lane() ^ unsigned(x), __LINE__)
#define __shfl_down_sync(m, v, d) emu::shfl(m, v, emu::lane() + unsigned(d) < 32 ? emu::lane() + unsigned(d) : emu::lane(), __LINE__)
#define __shfl_up_sync(m, v, d) emu::shfl(m, v, emu::lane() >= unsigned(d) ? emu::lane() - unsigned(d) : emu::lane(), __LINE__)
#define __ballot_sync(m, p) emu::ballot(m, p, __LINE__)
#define __any_sync(m, p) (emu::ballot(m, p, __LINE__) != 0)
#define __all_sync(m, p) (emu::ballot(m, p, __LINE__) == (m))

inline unsigned __float_as_uint(float f) { unsigned u; memcpy(&u, &f, 4); return u; }
inline float __uint_as_float(unsigned u) { float f; memcpy(&f, &u, 4); return f; }
inline int __popc(unsigned u) { return __builtin_popcount(u); }
inline int __ffs(unsigned u) { return __builtin_ffs(int(u)); }
inline int __clz(unsigned u) { return u ? __builtin_clz(u) : 32; }
template <class T> inline T __ldg(const T* p) { return *p; }
inline void __threadfence() {}
// integers only: sums of floats by atomics would depend on the order, and are not offered
inline unsigned atomicAdd(unsigned* p, unsigned v) { return __atomic_fetch_add(p, v, __ATOMIC_RELAXED); }
inline int atomicAdd(int* p, int v) { return __atomic_fetch_add(p, v, __ATOMIC_RELAXED); }
inline unsigned atomicMin(unsigned* p, unsigned v) { unsigned o = *p; while (v < o && !__atomic_compare_exchange_n(p, &o, v, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {} return o; }
inline unsigned atomicOr(unsigned* p, unsigned v) { return __atomic_fetch_or(p, v, __ATOMIC_RELAXED); }

#define SAE_SHARED(type, name, count) type* name = (type*)emu::shared(__COUNTER__, sizeof(type) * (count))

// kernels by name, for the fake driver
namespace emu {
using Entry = void (*)(void**);
struct Kernel { const char* name; Entry entry; int parameters; std::vector<uint8_t> sizes; };
std::vector<Kernel>& kernels();
struct Registrar { Registrar(const char* n, Entry e, std::vector<uint8_t> sizes) { kernels().push_back({n, e, int(sizes.size()), sizes}); } };
extern uintptr_t deviceOffset;   // device pointers are host pointers plus this, so that no host code can read them by mistake
template <class T> struct Arg { static T of(void* p) { return *(T*)p; } };
template <class T> struct Arg<T*> { static T* of(void* p) { uintptr_t u = *(uintptr_t*)p; return (T*)(u ? u - deviceOffset : 0); } };
template <class... A, size_t... I> void callWith(void (*f)(A...), void** p, std::index_sequence<I...>) { f(Arg<A>::of(p[I])...); }
template <class... A> void call(void (*f)(A...), void** p) { callWith(f, p, std::index_sequence_for<A...>{}); }
template <class... A> std::vector<uint8_t> sizes(void (*)(A...)) { return {uint8_t(sizeof(A))...}; }
}
#define SAE_KERNEL(name, params) \
  extern "C" void name params; \
  static emu::Registrar reg_##name(#name, [](void** p) { emu::call(name, p); }, emu::sizes(name)); \
  extern "C" void name params
