// A libcuda.so.1 for tests: the driver's functions that sae4j uses, on host memory, with kernels compiled by g++ (cuda_emu.h).
// It keeps what makes a real driver hard to use right: a context belongs to a thread, a device's addresses cannot be read by the
// host, operations run later than they are enqueued, and a fault of a kernel shows at another call.
//
//   EMU_MODE      eager (default): an operation runs when it is enqueued. late: only when something waits for it, so a forgotten wait
//                 gives wrong numbers. noop: nothing runs, for timing the host
//   EMU_ORDER     order of a kernel's threads: 0 ascending, 1 descending, more: shuffled by that seed
//   EMU_FAIL      NAME:N[:CODE],...: the N-th call of a function answers CODE (default 2, out of memory); NAME:*:CODE, every call
//   EMU_WRONG     NAME:up, that kernel rounds upward; NAME:skip, it does nothing
//   EMU_NO_DEVICE cuInit answers 100
//   EMU_DEVICES   number of devices (default 1)    EMU_MEMORY_MB  memory of each (default 1024)
//   EMU_USED_MB   what another process holds       EMU_CAPABILITY such as 7.0 (default 8.0)
//   EMU_VERSION   the driver's version, such as 12040 (default 13000)
#pragma once
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>
#include "../emu/cuda_emu.h"

namespace fake {
typedef int CUresult;
typedef uint64_t CUdeviceptr;
enum : int {
  OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, NOT_INITIALIZED = 3, NO_DEVICE = 100, INVALID_DEVICE = 101, INVALID_IMAGE = 200,
  INVALID_CONTEXT = 201, INVALID_PTX = 218, PEER_ACCESS_UNSUPPORTED = 217, UNSUPPORTED_PTX_VERSION = 222, INVALID_HANDLE = 400,
  NOT_FOUND = 500, NOT_READY = 600, ILLEGAL_ADDRESS = 700, PEER_ACCESS_ALREADY_ENABLED = 704, LAUNCH_FAILED = 719
};

struct Stream;
struct Device;

// One call of cuEventRecord; waits refer to the one that was the last when they were enqueued.
struct Mark { Stream* stream = nullptr; bool done = true; double milliseconds = 0; };
struct Event { Device* device; std::shared_ptr<Mark> last = std::make_shared<Mark>(); };
struct Operation { std::function<void()> run; std::shared_ptr<Mark> marks, waits; };
struct Stream { Device* device; std::deque<Operation> operations; };
struct Module { Device* device; std::string text; };
struct Function { Device* device; emu::Kernel* kernel; unsigned shared = 48 << 10; };  // most dynamic shared memory

// A device and its primary context.
struct Device {
  int ordinal = 0, retained = 0;
  size_t used = 0, peak = 0;
  CUresult sticky = OK;             // after a fault every call answers this
  std::map<uintptr_t, size_t> memory;
  std::map<Device*, bool> peers;    // whose memory its kernels may use
};

struct Failure { std::string name; long at; int code; };

struct State {
  std::recursive_mutex lock;
  std::vector<std::unique_ptr<Device>> devices;
  std::map<uintptr_t, size_t> pinned;
  std::map<Stream*, std::unique_ptr<Stream>> streams;
  std::map<Event*, std::unique_ptr<Event>> events;
  std::map<Module*, std::unique_ptr<Module>> modules;
  std::map<std::pair<Device*, emu::Kernel*>, std::unique_ptr<Function>> functions;
  std::map<std::string, std::string> settings;
  std::vector<Failure> failures;
  std::string why;
  size_t memory = 0, usedByOthers = 0;
  int version = 0, major = 0, minor = 0;
  unsigned order = 0;
  bool late = false, initialised = false;
  std::atomic<bool> noop{false}, failing{false};

  State();
  void configure();                 // reads the settings, else the environment
  std::string setting(const char* name, const char* otherwise);
};

State& state();

// Calls of one function; made once per function.
struct Counter {
  const char* name;
  std::atomic<long> calls{0};
  std::atomic<long> most{0};        // bytes of the largest copy, since it was asked for
  explicit Counter(const char* n);
};
std::map<std::string, Counter*>& counters();
CUresult counted(Counter& counter); // OK, or the failure that was asked for

Device* current();                  // of the calling thread; null without a context
void setCurrent(Device* device);
void* host(Device* from, CUdeviceptr address, size_t bytes); // null unless in one allocation that the device may use
CUresult push(Stream* stream, Operation operation);
void run(Stream* stream);           // everything
void runOne(Stream* stream);        // the next operation
void await(const std::shared_ptr<Mark>& mark);
void runAll(Device* device);
void fault(Device* device, CUresult code, const std::string& why);
double now();
}  // namespace fake

#define API extern "C" __attribute__((visibility("default"))) fake::CUresult
#define COUNT(name) static fake::Counter counter(#name); if (fake::CUresult failed = fake::counted(counter)) { return failed; }
#define ENTER(name) COUNT(name) std::lock_guard<std::recursive_mutex> guard(fake::state().lock); if (!fake::state().initialised) { return fake::NOT_INITIALIZED; }
#define IN_CONTEXT(name) ENTER(name) fake::Device* device = fake::current(); if (!device) { return fake::INVALID_CONTEXT; } if (device->sticky) { return device->sticky; }
