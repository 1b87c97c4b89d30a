// cublasLt for tests, beside the driver: column-major products of float32, float16 or bfloat16, summed in double.
#include "fake_driver.h"
using namespace fake;

namespace {
struct Layout { int type; uint64_t rows, columns; int64_t ld; };
struct Description { int compute; int transA = 0, transB = 0, epilogue = 1; CUdeviceptr bias = 0; };
struct Preference { uint64_t workspace = 0; };
enum { SUCCESS = 0, INVALID_VALUE_LT = 7, NOT_SUPPORTED = 15 };
enum { F32 = 0, F16 = 2, BF16 = 14 };
std::atomic<long> handles{0};
size_t sizeOf(int type) { return type == F32 ? 4 : 2; }
double at(const void* p, int type, size_t i) {
  if (type == F32) return ((const float*)p)[i];
  uint16_t h = ((const uint16_t*)p)[i];
  if (type == BF16) { uint32_t u = uint32_t(h) << 16; float f; memcpy(&f, &u, 4); return f; }
  int e = h >> 10 & 31, m = h & 1023;
  double v = e == 0 ? std::ldexp(m, -24) : e == 31 ? (m ? NAN : INFINITY) : std::ldexp(1024 + m, e - 25);
  return h >> 15 ? -v : v;
}
}  // namespace
#define LT(name) extern "C" __attribute__((visibility("default"))) int name
#define LT_COUNT(name) static Counter counter(#name); if (CUresult failed = counted(counter)) { return failed; }

extern "C" __attribute__((visibility("default"))) size_t cublasLtGetVersion() { return size_t(atol(state().setting("EMU_BLAS_VERSION", "130002").c_str())); }
LT(cublasLtCreate)(void** h) { LT_COUNT(cublasLtCreate) *h = new int(0); handles++; return SUCCESS; }
LT(cublasLtDestroy)(void* h) { LT_COUNT(cublasLtDestroy) delete (int*)h; handles--; return SUCCESS; }
LT(cublasLtMatmulDescCreate)(void** d, int compute, int scale) {
  LT_COUNT(cublasLtMatmulDescCreate)
  if (scale != F32) return NOT_SUPPORTED;
  *d = new Description{compute};
  handles++;
  return SUCCESS;
}
LT(cublasLtMatmulDescSetAttribute)(void* d, int a, const void* v, size_t n) {
  LT_COUNT(cublasLtMatmulDescSetAttribute)
  auto* description = (Description*)d;
  if (a == 3 && n == 4) description->transA = *(const int*)v;
  else if (a == 4 && n == 4) description->transB = *(const int*)v;
  else if (a == 7 && n == 4) description->epilogue = *(const int*)v;
  else if (a == 8 && n == 8) description->bias = *(const CUdeviceptr*)v;
  else return INVALID_VALUE_LT;
  return SUCCESS;
}
LT(cublasLtMatmulDescDestroy)(void* d) { LT_COUNT(cublasLtMatmulDescDestroy) delete (Description*)d; handles--; return SUCCESS; }
LT(cublasLtMatrixLayoutCreate)(void** l, int type, uint64_t rows, uint64_t columns, int64_t ld) {
  LT_COUNT(cublasLtMatrixLayoutCreate)
  if (ld < int64_t(rows) || (type != F32 && type != F16 && type != BF16)) return INVALID_VALUE_LT;
  *l = new Layout{type, rows, columns, ld};
  handles++;
  return SUCCESS;
}
LT(cublasLtMatrixLayoutDestroy)(void* l) { LT_COUNT(cublasLtMatrixLayoutDestroy) delete (Layout*)l; handles--; return SUCCESS; }
LT(cublasLtMatmulPreferenceCreate)(void** p) { LT_COUNT(cublasLtMatmulPreferenceCreate) *p = new Preference; handles++; return SUCCESS; }
LT(cublasLtMatmulPreferenceSetAttribute)(void* p, int a, const void* v, size_t n) {
  LT_COUNT(cublasLtMatmulPreferenceSetAttribute)
  if (a != 1 || n != 8) return INVALID_VALUE_LT;
  ((Preference*)p)->workspace = *(const uint64_t*)v;
  return SUCCESS;
}
LT(cublasLtMatmulPreferenceDestroy)(void* p) { LT_COUNT(cublasLtMatmulPreferenceDestroy) delete (Preference*)p; handles--; return SUCCESS; }

// The result is the algorithm (64 bytes), then the workspace that it needs, and its state.
struct Result { uint64_t algorithm[8]; size_t workspace; int state; float waves; int reserved[4]; };
LT(cublasLtMatmulAlgoGetHeuristic)(void*, void* d, void* la, void* lb, void*, void* ld, void* p, int wanted, void* results, int* found) {
  LT_COUNT(cublasLtMatmulAlgoGetHeuristic)
  auto *description = (Description*)d;
  auto *a = (Layout*)la, *b = (Layout*)lb, *o = (Layout*)ld;
  uint64_t m = description->transA ? a->columns : a->rows, k = description->transA ? a->rows : a->columns;
  uint64_t n = description->transB ? b->rows : b->columns, k2 = description->transB ? b->columns : b->rows;
  *found = 0;
  if (wanted < 1 || m != o->rows || n != o->columns || k != k2 || a->type != b->type) return NOT_SUPPORTED;
  auto* result = (Result*)results;
  *result = {};
  result->algorithm[0] = 42;
  result->workspace = std::min<size_t>(((Preference*)p)->workspace, 1 << 20);
  *found = 1;
  return SUCCESS;
}
LT(cublasLtMatmul)(void*, void* d, const float* alpha, CUdeviceptr A, void* la, CUdeviceptr B, void* lb, const float* beta, CUdeviceptr C, void* lc, CUdeviceptr D,
                   void* ld, const void* algorithm, CUdeviceptr workspace, size_t workspaceBytes, void* stream) {
  LT_COUNT(cublasLtMatmul)
  if (state().noop) return SUCCESS;
  std::lock_guard<std::recursive_mutex> guard(state().lock);
  Device* device = current();
  if (!device || !state().streams.count((Stream*)stream)) return INVALID_VALUE_LT;
  Layout a = *(Layout*)la, b = *(Layout*)lb, c = *(Layout*)lc, o = *(Layout*)ld;
  Description description = *(Description*)d;
  float scale = *alpha, plus = *beta;
  auto extent = [](const Layout& l) { return sizeOf(l.type) * ((l.columns - 1) * size_t(l.ld) + l.rows); };
  void *pa = host(device, A, extent(a)), *pb = host(device, B, extent(b)), *pc = host(device, C, extent(c)), *po = host(device, D, extent(o));
  float* bias = description.epilogue & 4 ? (float*)host(device, description.bias, 4 * o.rows) : nullptr;
  if (!pa || !pb || !pc || !po || (description.epilogue & 4 && !bias) || !algorithm || *(const uint64_t*)algorithm != 42) return INVALID_VALUE_LT;
  if (workspaceBytes && !host(device, workspace, workspaceBytes)) return INVALID_VALUE_LT;
  // the heuristic takes for granted that matrices begin at multiples of 256 bytes, unless a preference says otherwise
  if (o.type != F32 || c.type != F32 || A % 256 || B % 256 || C % 256 || D % 256 || workspace % 256) return NOT_SUPPORTED;
  uint64_t terms = description.transA ? a.rows : a.columns;
  return push((Stream*)stream, {[=] {
    for (uint64_t j = 0; j < o.columns; j++) for (uint64_t i = 0; i < o.rows; i++) {
      double sum = 0;
      for (uint64_t t = 0; t < terms; t++) {
        uint64_t x = description.transA ? i * uint64_t(a.ld) + t : t * uint64_t(a.ld) + i;
        uint64_t y = description.transB ? t * uint64_t(b.ld) + j : j * uint64_t(b.ld) + t;
        sum += at(pa, a.type, x) * at(pb, b.type, y);
      }
      double old = plus == 0 ? 0 : plus * at(pc, c.type, j * uint64_t(c.ld) + i);
      ((float*)po)[j * uint64_t(o.ld) + i] = float(scale * sum + old + (bias ? bias[i] : 0));
    }
  }, {}, {}}) ? 14 : SUCCESS;
}
extern "C" __attribute__((visibility("default"))) long emuBlasHandles() { return handles; }
