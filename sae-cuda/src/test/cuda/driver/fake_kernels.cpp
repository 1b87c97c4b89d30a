// Modules and launches of the driver for tests. The PTX is not run, but read as far as a driver's refusals need it.
#include "fake_driver.h"
#include <cfenv>
using namespace fake;

// What the driver's compiler says of the PTX, or nothing.
static CUresult refusal(const std::string& text, std::string& log) {
  size_t at = text.find(".version");
  int major = 0, minor = 0;
  if (at == std::string::npos || sscanf(text.c_str() + at, ".version %d.%d", &major, &minor) != 2) {
    log = "ptxas fatal   : Missing .version directive at start of file";
    return INVALID_PTX;
  }
  int mine = state().version / 1000 - 4, less = state().version % 1000 / 10;    // CUDA 11.0 took 7.0, 12.0 8.0, 13.0 9.0
  if (major > mine || (major == mine && minor > less)) {
    log = "ptxas application ptx input, line 1; fatal   : Unsupported .version " + std::to_string(major) + "." + std::to_string(minor) +
          "; current version is '" + std::to_string(mine) + "." + std::to_string(less) + "'";
    return UNSUPPORTED_PTX_VERSION;
  }
  int target = 0;
  at = text.find(".target sm_");
  if (at == std::string::npos || sscanf(text.c_str() + at, ".target sm_%d", &target) != 1 || target > 10 * state().major + state().minor) {
    log = "ptxas fatal   : SM version specified by .target is higher than default SM version assumed";
    return INVALID_PTX;
  }
  return OK;
}

API cuModuleLoadDataEx(void** m, const void* image, unsigned count, int* options, void** values) {
  IN_CONTEXT(cuModuleLoadDataEx)
  std::string text((const char*)image), log;
  CUresult refused = refusal(text, log);
  char* buffer = nullptr;
  size_t size = 0;
  for (unsigned i = 0; i < count; i++) {
    if (options[i] == 5) buffer = (char*)values[i];
    if (options[i] == 6) size = (size_t)values[i];
  }
  if (buffer && size) snprintf(buffer, size, "%s", log.c_str());
  if (refused) return refused;
  auto made = std::make_unique<Module>();
  made->device = device;
  made->text = text;
  *m = made.get();
  state().modules[made.get()] = std::move(made);
  return OK;
}
API cuModuleUnload(void* m) { IN_CONTEXT(cuModuleUnload) return state().modules.erase((Module*)m) ? OK : INVALID_HANDLE; }
API cuModuleGetFunction(void** f, void* m, const char* name) {
  IN_CONTEXT(cuModuleGetFunction)
  auto it = state().modules.find((Module*)m);
  if (it == state().modules.end() || it->second->device != device) return INVALID_HANDLE;
  if (it->second->text.find(std::string(".entry ") + name + "(") == std::string::npos) return NOT_FOUND;
  for (auto& k : emu::kernels()) if (!strcmp(k.name, name)) {
    auto& function = state().functions[{device, &k}];
    if (!function) { function = std::make_unique<Function>(); function->device = device; function->kernel = &k; }
    *f = function.get();
    return OK;
  }
  return NOT_FOUND;
}
API cuFuncGetParamInfo(void* f, size_t i, size_t* offset, size_t* size) {
  IN_CONTEXT(cuFuncGetParamInfo)
  emu::Kernel* k = ((Function*)f)->kernel;
  if (i >= size_t(k->parameters)) return INVALID_VALUE;
  *offset = 8 * i;
  if (size) *size = k->sizes[i];
  return OK;
}
API cuFuncGetAttribute(int* v, int a, void*) { IN_CONTEXT(cuFuncGetAttribute) *v = a == 0 ? 1024 : a == 4 ? 32 : 0; return OK; }
API cuFuncSetAttribute(void* f, int a, int v) {
  IN_CONTEXT(cuFuncSetAttribute)
  if (v > 166912) return INVALID_VALUE;
  if (a == 8) ((Function*)f)->shared = unsigned(v);
  return OK;
}
API cuOccupancyMaxActiveBlocksPerMultiprocessor(int* n, void*, int threads, size_t) {
  IN_CONTEXT(cuOccupancyMaxActiveBlocksPerMultiprocessor)
  if (threads < 1 || threads > 1024) return INVALID_VALUE;
  *n = 2048 / threads;
  return OK;
}

// What a test has planted in a kernel.
static std::string wrong(const char* kernel) {
  std::string planted = state().setting("EMU_WRONG", "");
  size_t at = planted.find(':');
  return at != std::string::npos && planted.substr(0, at) == kernel ? planted.substr(at + 1) : "";
}

API cuLaunchKernel(void* f, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned dynamic, void* stream, void** params, void**) {
  COUNT(cuLaunchKernel)
  if (state().noop) return OK;
  std::lock_guard<std::recursive_mutex> guard(state().lock);
  Device* device = current();
  if (!device) return INVALID_CONTEXT;
  if (device->sticky) return device->sticky;
  auto* function = (Function*)f;
  if (!state().streams.count((Stream*)stream) || ((Stream*)stream)->device != device || function->device != device) return INVALID_HANDLE;
  if (gx > 0x7fffffffu || gy > 65535 || dynamic > function->shared) return INVALID_VALUE;  // as a GPU's driver does
  if (gx == 0 || gy == 0 || gz != 1 || bx == 0 || by == 0 || bz == 0 || bx * by * bz > function->kernel->mostThreads) return INVALID_VALUE;
  emu::Kernel* k = function->kernel;
  auto values = std::make_shared<std::vector<uint64_t>>(size_t(k->parameters));   // a driver, too, copies arguments at the call
  for (size_t i = 0; i < values->size(); i++) memcpy(&(*values)[i], params[i], k->sizes[i]);
  return push((Stream*)stream, {[=] {
    std::vector<void*> p;
    for (auto& v : *values) {
      if (v && k->pointers[p.size()] && !host(device, v, 1))
        return fault(device, ILLEGAL_ADDRESS, std::string(k->name) + ": argument " + std::to_string(p.size() + 1) + " is no memory of this device");
      p.push_back(&v);
    }
    struct Args { emu::Kernel* k; void** p; } args{k, p.data()};
    std::string planted = wrong(k->name);
    if (planted == "skip") return;
    struct Rounding { explicit Rounding(bool up) { if (up) fesetround(FE_UPWARD); } ~Rounding() { fesetround(FE_TONEAREST); } } rounding(planted == "up");
    emu::run(dim3(gx, gy, gz), dim3(bx, by, bz), dynamic, [](void* x) { auto* a = (Args*)x; a->k->entry(a->p); }, &args, state().order);
  }, {}, {}});
}
