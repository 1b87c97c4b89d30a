// Devices, contexts, memory, streams and events of the driver for tests.
#include "fake_driver.h"
using namespace fake;

API cuInit(unsigned) {
  COUNT(cuInit)
  if (!state().setting("EMU_NO_DEVICE", "").empty()) return NO_DEVICE;
  state().initialised = true;
  return OK;
}
API cuDriverGetVersion(int* v) { COUNT(cuDriverGetVersion) *v = state().version; return OK; }
API cuGetErrorName(CUresult e, const char** s) {
  COUNT(cuGetErrorName)
  *s = e == 205 ? "CUDA_ERROR_MAP_FAILED" : nullptr;
  return *s ? OK : INVALID_VALUE;
}
API cuDeviceGetCount(int* n) { ENTER(cuDeviceGetCount) *n = int(state().devices.size()); return OK; }
static Device* device(int d) { return d >= 0 && size_t(d) < state().devices.size() ? state().devices[size_t(d)].get() : nullptr; }
API cuDeviceGet(int* d, int i) { ENTER(cuDeviceGet) *d = i; return device(i) ? OK : INVALID_DEVICE; }
API cuDeviceGetName(char* s, int n, int) { ENTER(cuDeviceGetName) snprintf(s, size_t(n), "Emulated on the CPU"); return OK; }
API cuDeviceGetPCIBusId(char* s, int n, int d) { ENTER(cuDeviceGetPCIBusId) snprintf(s, size_t(n), "0000:%02X:00.0", d + 1); return OK; }
API cuDeviceGetAttribute(int* v, int a, int) {
  ENTER(cuDeviceGetAttribute)
  switch (a) {
    case 16: *v = 2; break;                    // multiprocessors
    case 38: *v = 4 << 20; break;              // L2
    case 75: *v = state().major; break;
    case 76: *v = state().minor; break;
    case 97: *v = 166912; break;               // shared memory per block
    default: *v = 0;
  }
  return OK;
}
API cuDeviceTotalMem_v2(size_t* n, int) { ENTER(cuDeviceTotalMem_v2) *n = state().memory; return OK; }
API cuDeviceCanAccessPeer(int* can, int a, int b) { ENTER(cuDeviceCanAccessPeer) *can = a != b && state().setting("EMU_NO_PEER", "").empty(); return OK; }

API cuDevicePrimaryCtxRetain(void** c, int d) {
  ENTER(cuDevicePrimaryCtxRetain)
  if (!device(d)) return INVALID_DEVICE;
  device(d)->retained++;
  *c = device(d);
  return OK;
}
API cuDevicePrimaryCtxRelease_v2(int d) {
  ENTER(cuDevicePrimaryCtxRelease_v2)
  if (!device(d) || !device(d)->retained) return INVALID_CONTEXT;
  if (!--device(d)->retained) runAll(device(d));
  return OK;
}
API cuCtxSetCurrent(void* c) {
  COUNT(cuCtxSetCurrent)
  if (state().noop) { setCurrent((Device*)c); return OK; }
  std::lock_guard<std::recursive_mutex> guard(state().lock);
  for (auto& d : state().devices) if (d.get() == c && d->retained) { setCurrent(d.get()); return OK; }
  setCurrent(nullptr);
  return c ? INVALID_CONTEXT : OK;
}
API cuCtxSynchronize() { IN_CONTEXT(cuCtxSynchronize) runAll(device); return device->sticky; }
API cuCtxEnablePeerAccess(void* peer, unsigned) {
  IN_CONTEXT(cuCtxEnablePeerAccess)
  if (!state().setting("EMU_NO_PEER", "").empty()) return PEER_ACCESS_UNSUPPORTED;
  if (peer == device) return INVALID_DEVICE;
  return device->peers.emplace((Device*)peer, true).second ? OK : PEER_ACCESS_ALREADY_ENABLED;
}

API cuMemGetInfo_v2(size_t* f, size_t* t) {
  IN_CONTEXT(cuMemGetInfo_v2)
  *t = state().memory;
  *f = *t - std::min(*t, state().usedByOthers + device->used);
  return OK;
}
API cuMemAlloc_v2(CUdeviceptr* p, size_t n) {
  IN_CONTEXT(cuMemAlloc_v2)
  if (n == 0) return INVALID_VALUE;
  if (state().usedByOthers + device->used + n > state().memory) return OUT_OF_MEMORY;
  void* m = aligned_alloc(256, (n + 255) / 256 * 256);
  if (!m) return OUT_OF_MEMORY;
  if (!state().noop) memset(m, 0xFF, n);       // NaN and -1, should a kernel read what nothing wrote
  device->memory[(uintptr_t)m] = n;
  device->used += n;
  device->peak = std::max(device->peak, device->used);
  *p = (uintptr_t)m + emu::deviceOffset;
  return OK;
}
API cuMemFree_v2(CUdeviceptr p) {
  IN_CONTEXT(cuMemFree_v2)
  runAll(device);
  auto it = device->memory.find(p - emu::deviceOffset);
  if (it == device->memory.end()) return INVALID_VALUE;
  device->used -= it->second;
  free((void*)it->first);
  device->memory.erase(it);
  return device->sticky;
}
API cuMemHostAlloc(void** p, size_t n, unsigned) {
  IN_CONTEXT(cuMemHostAlloc)
  *p = aligned_alloc(4096, (n + 4095) / 4096 * 4096);
  if (!*p) return OUT_OF_MEMORY;
  if (!state().noop) memset(*p, 0xFF, n);
  state().pinned[(uintptr_t)*p] = n;
  return OK;
}
API cuMemFreeHost(void* p) {
  IN_CONTEXT(cuMemFreeHost)
  if (!state().pinned.erase((uintptr_t)p)) return INVALID_VALUE;
  free(p);
  return OK;
}

static bool isPinned(const void* p, size_t n) {
  auto it = state().pinned.upper_bound((uintptr_t)p);
  if (it == state().pinned.begin()) return false;
  --it;
  return (uintptr_t)p + n <= it->first + it->second;
}
#define COPIES(n) counter.most = std::max(counter.most.load(), long(n));
#define ON_STREAM(name) COUNT(name) if (state().noop) { return OK; } std::lock_guard<std::recursive_mutex> guard(state().lock); \
  Device* device = current(); if (!device) { return INVALID_CONTEXT; } if (device->sticky) { return device->sticky; } \
  if (!state().streams.count((Stream*)stream) || ((Stream*)stream)->device != device) { return INVALID_HANDLE; } Stream* s = (Stream*)stream;
API cuMemcpyHtoDAsync_v2(CUdeviceptr d, const void* h, size_t n, void* stream) {
  ON_STREAM(cuMemcpyHtoDAsync_v2)
  COPIES(n)
  void* to = host(device, d, n);
  if (!to || !isPinned(h, n)) return INVALID_VALUE;   // stricter than a driver: other memory would make the call wait
  return push(s, {[=] { memcpy(to, h, n); }, {}, {}});
}
API cuMemcpyDtoHAsync_v2(void* h, CUdeviceptr d, size_t n, void* stream) {
  ON_STREAM(cuMemcpyDtoHAsync_v2)
  COPIES(n)
  void* from = host(device, d, n);
  if (!from || !isPinned(h, n)) return INVALID_VALUE;
  return push(s, {[=] { memcpy(h, from, n); }, {}, {}});
}
API cuMemcpyDtoDAsync_v2(CUdeviceptr a, CUdeviceptr b, size_t n, void* stream) {
  ON_STREAM(cuMemcpyDtoDAsync_v2)
  COPIES(n)
  void *to = host(device, a, n), *from = host(device, b, n);
  if (!to || !from) return INVALID_VALUE;
  return push(s, {[=] { memcpy(to, from, n); }, {}, {}});
}
API cuMemcpyPeerAsync(CUdeviceptr a, void* toDevice, CUdeviceptr b, void* fromDevice, size_t n, void* stream) {
  ON_STREAM(cuMemcpyPeerAsync)
  COPIES(n)
  void *to = host((Device*)toDevice, a, n), *from = host((Device*)fromDevice, b, n);
  if (!to || !from) return INVALID_VALUE;
  return push(s, {[=] { memcpy(to, from, n); }, {}, {}});
}
API cuMemsetD8Async(CUdeviceptr d, unsigned char v, size_t n, void* stream) {
  ON_STREAM(cuMemsetD8Async)
  void* to = host(device, d, n);
  if (!to) return INVALID_VALUE;
  return push(s, {[=] { memset(to, v, n); }, {}, {}});
}
API cuMemsetD32Async(CUdeviceptr d, unsigned v, size_t n, void* stream) {
  ON_STREAM(cuMemsetD32Async)
  unsigned* to = (unsigned*)host(device, d, 4 * n);
  if (!to || d % 4) return INVALID_VALUE;
  return push(s, {[=] { for (size_t i = 0; i < n; i++) to[i] = v; }, {}, {}});
}

API cuStreamCreate(void** p, unsigned) {
  IN_CONTEXT(cuStreamCreate)
  auto made = std::make_unique<Stream>();
  made->device = device;
  *p = made.get();
  state().streams[made.get()] = std::move(made);
  return OK;
}
API cuStreamDestroy_v2(void* stream) {
  ON_STREAM(cuStreamDestroy_v2)
  run(s);
  for (auto& e : state().events) if (e.second->last->stream == s) { e.second->last->done = true; e.second->last->stream = nullptr; }
  state().streams.erase(s);
  return OK;
}
API cuStreamSynchronize(void* stream) { ON_STREAM(cuStreamSynchronize) run(s); return device->sticky; }
API cuStreamQuery(void* stream) {
  ON_STREAM(cuStreamQuery)
  if (s->operations.empty()) return device->sticky;
  runOne(s);                                   // who asks again and again gets there
  return NOT_READY;
}
API cuStreamWaitEvent(void* stream, void* e, unsigned) {
  ON_STREAM(cuStreamWaitEvent)
  auto it = state().events.find((Event*)e);
  if (it == state().events.end()) return INVALID_HANDLE;
  return push(s, {{}, {}, it->second->last});
}
API cuEventCreate(void** p, unsigned) {
  IN_CONTEXT(cuEventCreate)
  auto made = std::make_unique<Event>();
  made->device = device;
  *p = made.get();
  state().events[made.get()] = std::move(made);
  return OK;
}
API cuEventDestroy_v2(void* e) { IN_CONTEXT(cuEventDestroy_v2) return state().events.erase((Event*)e) ? OK : INVALID_HANDLE; }
API cuEventRecord(void* e, void* stream) {
  ON_STREAM(cuEventRecord)
  auto it = state().events.find((Event*)e);
  if (it == state().events.end() || it->second->device != device) return INVALID_HANDLE;
  auto mark = std::make_shared<Mark>();
  mark->stream = s;
  mark->done = false;
  it->second->last = mark;
  return push(s, {{}, mark, {}});
}
#define ON_EVENT(name) COUNT(name) if (state().noop) { return OK; } std::lock_guard<std::recursive_mutex> guard(state().lock); \
  Device* device = current(); if (!device) { return INVALID_CONTEXT; } if (device->sticky) { return device->sticky; } \
  auto it = state().events.find((Event*)e); if (it == state().events.end()) { return INVALID_HANDLE; } auto mark = it->second->last;
API cuEventSynchronize(void* e) { ON_EVENT(cuEventSynchronize) await(mark); return device->sticky; }
API cuEventQuery(void* e) {
  ON_EVENT(cuEventQuery)
  if (mark->done) return device->sticky;
  if (mark->stream) runOne(mark->stream);
  return NOT_READY;
}
API cuEventElapsedTime(float* ms, void* e, void* later) {
  ON_EVENT(cuEventElapsedTime)
  auto to = state().events.find((Event*)later);
  if (to == state().events.end()) return INVALID_HANDLE;
  if (!mark->done || !to->second->last->done) return NOT_READY;
  *ms = float(to->second->last->milliseconds - mark->milliseconds);
  return OK;
}
