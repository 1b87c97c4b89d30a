// A small harness for kernels on the emulator: cases are run under several orders of threads and blocks and must leave the same bits; under
// the first one their results are also compared with plain loops.
#pragma once
#include "cuda_emu.h"
#include <algorithm>
#include <random>
#include <set>

typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;
template <class T> using Array = std::vector<T>;

// One run of a case.
class Run {
 public:
  Run(const char* name, unsigned order) : name(name), order(order) {}
  // Whether results are to be compared with plain loops, too.
  bool checks() const { return order == 0; }

  // Launches a kernel by name; arguments must have the sizes of its parameters.
  template <class... A> void launch(const char* kernel, dim3 grid, unsigned threads, A... arguments) {
    for (emu::Kernel& k : emu::kernels())
      if (!strcmp(k.name, kernel)) {
        std::vector<size_t> sizes{sizeof(A)...};
        if (sizes.size() != size_t(k.parameters) || !std::equal(sizes.begin(), sizes.end(), k.sizes.begin()))
          throw std::logic_error(std::string(kernel) + " is called with other parameters than it has");
        if (threads > k.mostThreads) throw std::logic_error(std::string(kernel) + " has too many threads");
        launched().insert(kernel);
        u64 values[] = {emu::toBits(arguments)...};
        void* pointers[sizeof...(A)];
        for (size_t i = 0; i < sizeof...(A); i++) pointers[i] = &values[i];
        struct Call { emu::Kernel* k; void** p; } call{&k, pointers};
        emu::run(grid, dim3(threads), 0, [](void* x) { ((Call*)x)->k->entry(((Call*)x)->p); }, &call, order);
        return;
      }
    throw std::logic_error(std::string("there is no kernel ") + kernel);
  }

  // Bits that must not depend on the order.
  template <class T> void keep(const Array<T>& values) {
    const char* at = reinterpret_cast<const char*>(values.data());
    bits.insert(bits.end(), at, at + values.size() * sizeof(T));
  }

  void expect(bool right, const char* format, ...) __attribute__((format(printf, 3, 4)));
  // |got − wanted| ≤ within · (1 + |wanted|), and no NaN
  void near(double got, double wanted, double within, const char* what, i64 at) {
    expect(std::abs(got - wanted) <= within * (1 + std::abs(wanted)), "%s[%lld] should be %.9g, is %.9g", what, at, wanted, got);
  }

  static std::set<std::string>& launched();

  const char* name;
  unsigned order;
  std::vector<char> bits;
};

struct Case {
  const char* name;
  void (*run)(Run&);
};
std::vector<Case>& cases();
struct CaseRegistrar {
  CaseRegistrar(const char* name, void (*run)(Run&)) { cases().push_back({name, run}); }
};
#define CASE(name) \
  static void case_##name(Run& run); \
  static CaseRegistrar registrar_##name(#name, case_##name); \
  static void case_##name([[maybe_unused]] Run& run)

inline unsigned over(i64 n, i64 by) { return unsigned((n + by - 1) / by); }

inline Array<float> normal(size_t n, unsigned seed, float scale = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> gauss;
  Array<float> values(n);
  for (float& v : values) v = scale * gauss(random);
  return values;
}

// Compressed rows on the host.
struct Rows {
  Array<u32> starts, latents;
  Array<float> values;
  int rows() const { return int(starts.size()) - 1; }
};

inline Rows randomRows(int rows, int nLatents, double density, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> gauss;
  Rows r{{0}, {}, {}};
  for (int b = 0; b < rows; b++) {
    for (int l = 0; l < nLatents; l++)
      if (l == 1 || random() % 10000 < density * 10000) {      // latent 1 fires in every row
        r.latents.push_back(u32(l));
        r.values.push_back(gauss(random));
      }
    r.starts.push_back(u32(r.latents.size()));
  }
  return r;
}

// Codes in order of latents, by the kernels.
struct ByLatent {
  Array<u32> starts, entries, rows;
};
ByLatent byLatent(Run& run, const Rows& codes, int nLatents);
// starts [n + 1] of counts, by the kernels
Array<u32> scan(Run& run, const Array<u32>& counts, Array<u32>* cursor = nullptr);
