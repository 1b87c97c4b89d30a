#include "fake_driver.h"
#include <chrono>
#include <sstream>

namespace fake {
State& state() { static State* s = new State; return *s; }
std::map<std::string, Counter*>& counters() { static auto* c = new std::map<std::string, Counter*>; return *c; }
static std::mutex countersLock;
Counter::Counter(const char* n) : name(n) { std::lock_guard<std::mutex> g(countersLock); counters()[n] = this; }

State::State() {
  emu::deviceOffset = 0x4000000000000000ull;   // no address that a host can read
  configure();
}

std::string State::setting(const char* name, const char* otherwise) {
  auto it = settings.find(name);
  if (it != settings.end()) return it->second;
  const char* e = getenv(name);
  return e ? e : otherwise;
}

void State::configure() {
  std::string mode = setting("EMU_MODE", "eager");
  late = mode == "late";
  noop = mode == "noop";
  order = unsigned(atoi(setting("EMU_ORDER", "0").c_str()));
  memory = size_t(atol(setting("EMU_MEMORY_MB", "1024").c_str())) << 20;
  usedByOthers = size_t(atol(setting("EMU_USED_MB", "0").c_str())) << 20;
  version = atoi(setting("EMU_VERSION", "13000").c_str());
  sscanf(setting("EMU_CAPABILITY", "8.0").c_str(), "%d.%d", &major, &minor);
  size_t n = size_t(atol(setting("EMU_DEVICES", "1").c_str()));
  while (devices.size() < n) { devices.push_back(std::make_unique<Device>()); devices.back()->ordinal = int(devices.size()) - 1; }
  while (devices.size() > n) devices.pop_back();
  failures.clear();
  std::stringstream list(setting("EMU_FAIL", ""));
  for (std::string each; std::getline(list, each, ',');) {
    size_t a = each.find(':'), b = a == std::string::npos ? a : each.find(':', a + 1);
    if (a == std::string::npos) continue;
    std::string at = each.substr(a + 1, b == std::string::npos ? b : b - a - 1);
    failures.push_back({each.substr(0, a), at == "*" ? -1 : atol(at.c_str()), b == std::string::npos ? OUT_OF_MEMORY : atoi(each.c_str() + b + 1)});
  }
  failing = !failures.empty();
}

CUresult counted(Counter& counter) {
  State& s = state();
  long n = counter.calls.fetch_add(1, std::memory_order_relaxed) + 1;
  if (s.failing)
    for (auto& f : s.failures) if (f.name == counter.name && (f.at < 0 || f.at == n)) return f.code;
  return OK;
}

static thread_local Device* currentDevice;
Device* current() {
  for (auto& d : state().devices) if (d.get() == currentDevice) return d->retained ? currentDevice : nullptr;
  return nullptr;
}
void setCurrent(Device* device) { currentDevice = device; }

void* host(Device* from, CUdeviceptr address, size_t bytes) {
  uintptr_t u = address - emu::deviceOffset;
  for (auto& d : state().devices) {
    auto it = d->memory.upper_bound(u);
    if (it == d->memory.begin()) continue;
    --it;
    if (u >= it->first && u + bytes <= it->first + it->second) return d.get() == from || from->peers.count(d.get()) ? (void*)u : nullptr;
  }
  return nullptr;
}

double now() { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

void fault(Device* device, CUresult code, const std::string& why) {
  device->sticky = code;
  state().why = why;
}

void runOne(Stream* s) {
  if (s->operations.empty()) return;
  Operation op = std::move(s->operations.front());
  s->operations.pop_front();
  if (op.waits) await(op.waits);
  if (op.run && s->device->sticky == OK) {
    try { op.run(); } catch (emu::Fault& f) { fault(s->device, LAUNCH_FAILED, f.what()); }
  }
  if (op.marks) { op.marks->done = true; op.marks->milliseconds = now(); }
}
void run(Stream* s) { while (!s->operations.empty()) runOne(s); }
void await(const std::shared_ptr<Mark>& mark) { while (!mark->done && mark->stream && !mark->stream->operations.empty()) runOne(mark->stream); }
void runAll(Device* device) { for (auto& s : state().streams) if (s.first->device == device) run(s.first); }
CUresult push(Stream* s, Operation op) {
  s->operations.push_back(std::move(op));
  if (!state().late) run(s);
  return s->device->sticky;
}
}  // namespace fake

// What a test sets and asks.
#define ASK extern "C" __attribute__((visibility("default")))
using fake::state;
ASK void emuReset() {
  auto& s = state();
  std::lock_guard<std::recursive_mutex> g(s.lock);
  for (auto& d : s.devices) for (auto& m : d->memory) free((void*)m.first);
  for (auto& p : s.pinned) free((void*)p.first);
  s.pinned.clear(); s.streams.clear(); s.events.clear(); s.modules.clear(); s.functions.clear(); s.devices.clear();
  s.settings.clear(); s.why.clear(); s.initialised = false;
  for (auto& c : fake::counters()) c.second->calls = c.second->most = 0;
  s.configure();
}
ASK void emuSet(const char* name, const char* value) {
  std::lock_guard<std::recursive_mutex> g(state().lock);
  state().settings[name] = value;
  state().configure();
}
ASK long emuCalls(const char* name) {
  auto it = fake::counters().find(name);
  return it == fake::counters().end() ? 0 : it->second->calls.load();
}
// Bytes of a function's largest copy since this was last asked.
ASK long emuLargestCopy(const char* name) {
  auto it = fake::counters().find(name);
  return it == fake::counters().end() ? 0 : it->second->most.exchange(0);
}
// One line per function that was called: its name and how often.
ASK const char* emuAllCalls() {
  static thread_local std::string text;
  text.clear();
  for (auto& c : fake::counters()) if (c.second->calls) text += c.first + " " + std::to_string(c.second->calls) + "\n";
  return text.c_str();
}
ASK long emuLeaks() {
  auto& s = state();
  std::lock_guard<std::recursive_mutex> g(s.lock);
  long n = long(s.pinned.size() + s.streams.size() + s.events.size() + s.modules.size());
  for (auto& d : s.devices) n += long(d->memory.size()) + d->retained;
  return n;
}
ASK long emuPeakBytes(int device) { return long(state().devices.at(size_t(device))->peak); }
ASK long emuPending() { long n = 0; for (auto& s : state().streams) n += long(s.first->operations.size()); return n; }
ASK const char* emuWhy() { return state().why.c_str(); }
