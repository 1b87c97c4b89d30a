// Runs CUDA kernels on the CPU, one fiber per CUDA thread, so that barriers, shared memory and warp collectives mean what they mean on a
// GPU. The order in which threads and blocks run is a parameter: a kernel that needs a barrier that is not there, or that depends on the
// order of blocks, gives other bits under another order. Found at run time: barriers that not all threads reach, collectives whose lanes
// are not there, deadlocks, writes beyond a shared array; shared memory is poisoned before each block.
#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)

struct dim3 {
  unsigned x, y, z;
  dim3(unsigned a = 1, unsigned b = 1, unsigned c = 1) : x(a), y(b), z(c) {}
};

namespace emu {
// What a kernel did wrong.
struct Fault : std::runtime_error { using std::runtime_error::runtime_error; };

enum class State : uint8_t { READY, BARRIER, WARP, DONE };

struct Fiber {
  void* sp = nullptr;
  char* stack = nullptr;
  State state = State::READY;
  int line = 0;            // of the barrier or collective it waits at
  unsigned mask = 0;       // of the collective
  uint64_t value = 0;      // what it brought there
};

struct Block {
  std::vector<Fiber> fibers;
  unsigned current = 0;
  dim3 grid, block, at;
  std::vector<char> arena;                            // shared memory
  size_t used = 0;
  std::vector<std::pair<size_t, size_t>> guards;      // bytes around shared arrays that stay poisoned
  std::vector<size_t> slots;                          // where each SAE_SHARED lies, by its number
  std::vector<std::array<uint64_t, 32>> brought;      // to the last collective, by warp
};

extern thread_local Block* B;                         // the block that runs
void yield();
[[noreturn]] void fault(const std::string& what);

inline void barrier(int line) {
  Fiber& f = B->fibers[B->current];
  f.state = State::BARRIER;
  f.line = line;
  yield();
}

// Brings a value, waits for the lanes of the mask, and returns what each brought.
void collective(unsigned mask, uint64_t value, int line, uint64_t out[32]);
void* shared(int number, size_t bytes);

template <class T> uint64_t toBits(T v) {
  static_assert(sizeof(T) <= 8);
  uint64_t u = 0;
  memcpy(&u, &v, sizeof(T));
  return u;
}
template <class T> T fromBits(uint64_t u) {
  T v;
  memcpy(&v, &u, sizeof(T));
  return v;
}

inline unsigned lane() { return B->current & 31; }

template <class T> T shuffle(unsigned mask, T v, unsigned source, int line) {
  uint64_t all[32];
  collective(mask, toBits(v), line, all);
  if (!(mask >> source & 1)) fault("a shuffle reads lane " + std::to_string(source) + ", which is not in the mask");
  return fromBits<T>(all[source]);
}

inline unsigned ballot(unsigned mask, bool p, int line) {
  uint64_t all[32];
  collective(mask, p, line, all);
  unsigned r = 0;
  for (int i = 0; i < 32; i++)
    if (mask >> i & 1) r |= unsigned(all[i] != 0) << i;
  return r;
}

// D += A·B on a warp with the PTX manual's fragments, for m16n8k16 of bfloat16 and m16n8k8 of tf32. Sums in double precision, rounded once:
// tensor cores round otherwise, so only here do bits differ from a GPU's.
void mmaBf16(float* d, const unsigned* a, const unsigned* b, int line);
void mmaTf32(float* d, const unsigned* a, const unsigned* b, int line);

// threadIdx and the like: numbers that are read when they are used
enum class Index { THREAD, BLOCK, BLOCK_SIZE, GRID_SIZE };
inline unsigned number(Index index, int axis) {
  unsigned t = B->current;
  const dim3& d = index == Index::BLOCK ? B->at : index == Index::GRID_SIZE ? B->grid : B->block;
  if (index == Index::THREAD) return axis == 0 ? t % d.x : axis == 1 ? t / d.x % d.y : t / d.x / d.y;
  return axis == 0 ? d.x : axis == 1 ? d.y : d.z;
}
template <Index I, int AXIS> struct Axis { operator unsigned() const { return number(I, AXIS); } };
template <Index I> struct Axes { Axis<I, 0> x; Axis<I, 1> y; Axis<I, 2> z; };

// Runs a grid. order: 0 threads and blocks ascending, 1 descending, more: shuffled by that seed at every resumption. Throws Fault.
void run(dim3 grid, dim3 block, size_t dynamic, void (*entry)(void*), void* arg, unsigned order);
unsigned long long launches();
}  // namespace emu

static constexpr emu::Axes<emu::Index::THREAD> threadIdx{};
static constexpr emu::Axes<emu::Index::BLOCK> blockIdx{};
static constexpr emu::Axes<emu::Index::BLOCK_SIZE> blockDim{};
static constexpr emu::Axes<emu::Index::GRID_SIZE> gridDim{};

inline unsigned emuMask(unsigned m = 0xffffffffu) { return m; }
#define __syncthreads() emu::barrier(__LINE__)
#define __syncwarp(...) ((void)emu::ballot(emuMask(__VA_ARGS__), true, __LINE__))
#define __shfl_sync(m, v, s) emu::shuffle(m, v, unsigned(s) & 31, __LINE__)
#define __shfl_xor_sync(m, v, x) emu::shuffle(m, v, emu::lane() ^ unsigned(x), __LINE__)
#define __shfl_up_sync(m, v, d) emu::shuffle(m, v, emu::lane() >= unsigned(d) ? emu::lane() - unsigned(d) : emu::lane(), __LINE__)
#define __ballot_sync(m, p) emu::ballot(m, p, __LINE__)
#define __any_sync(m, p) (emu::ballot(m, p, __LINE__) != 0)

inline unsigned __float_as_uint(float f) { return emu::fromBits<unsigned>(emu::toBits(f)); }
inline float __uint_as_float(unsigned u) { return emu::fromBits<float>(u); }
inline int __popc(unsigned u) { return __builtin_popcount(u); }

// Of integers only: sums of floats by atomics would depend on the order, and are not offered. Fibers do not interrupt each other.
template <class T> T emuAtomic(T* p, T v, T (*f)(T, T)) {
  T old = *p;
  *p = f(old, v);
  return old;
}
inline unsigned atomicAdd(unsigned* p, unsigned v) { return emuAtomic<unsigned>(p, v, [](unsigned a, unsigned b) { return a + b; }); }
inline unsigned atomicOr(unsigned* p, unsigned v) { return emuAtomic<unsigned>(p, v, [](unsigned a, unsigned b) { return a | b; }); }
inline unsigned long long atomicAdd(unsigned long long* p, unsigned long long v) {
  return emuAtomic<unsigned long long>(p, v, [](unsigned long long a, unsigned long long b) { return a + b; });
}
inline unsigned long long atomicMin(unsigned long long* p, unsigned long long v) {
  return emuAtomic<unsigned long long>(p, v, [](unsigned long long a, unsigned long long b) { return a < b ? a : b; });
}

#define SAE_SHARED(type, name, count) type* name = (type*)emu::shared(__COUNTER__, sizeof(type) * (count))

// Kernels by name, for the driver of the tests.
namespace emu {
using Entry = void (*)(void**);
struct Kernel {
  const char* name;
  Entry entry;
  int parameters;
  std::vector<uint8_t> sizes;      // of each parameter
  std::vector<bool> pointers;      // whether it is one
  unsigned mostThreads;            // of a block
};
std::vector<Kernel>& kernels();
struct Registrar {
  explicit Registrar(Kernel kernel) { kernels().push_back(std::move(kernel)); }
};
extern uintptr_t deviceOffset;     // device pointers are host pointers plus this, so that no host code can read them by mistake
template <class T> struct Argument {
  static T of(void* p) { return *(T*)p; }
};
template <class T> struct Argument<T*> {
  static T* of(void* p) {
    uintptr_t u = *(uintptr_t*)p;
    return (T*)(u ? u - deviceOffset : 0);
  }
};
template <class... A, size_t... I> void callWith(void (*f)(A...), void** p, std::index_sequence<I...>) { f(Argument<A>::of(p[I])...); }
template <class... A> void call(void (*f)(A...), void** p) { callWith(f, p, std::index_sequence_for<A...>{}); }
template <class... A> Kernel describe(const char* name, void (*)(A...), Entry entry, unsigned mostThreads) {
  return {name, entry, int(sizeof...(A)), {uint8_t(sizeof(A))...}, {std::is_pointer_v<A>...}, mostThreads};
}
}  // namespace emu

#define SAE_KERNEL_OF(threads, name, params) \
  extern "C" void name params; \
  static emu::Registrar registered_##name(emu::describe(#name, name, [](void** p) { emu::call(name, p); }, threads)); \
  extern "C" void name params
#define SAE_KERNEL(name, params) SAE_KERNEL_OF(1024, name, params)
