// Kernels with one fault each: the emulator must find every one. faults_test beyond: a write beyond an array, for AddressSanitizer.
#include "kernel_test.h"

SAE_KERNEL(missing_barrier, (int* out)) {
  SAE_SHARED(int, s, 64);
  s[threadIdx.x] = int(threadIdx.x) + 1;
  out[threadIdx.x] = s[(threadIdx.x + 1) % 64];
}
SAE_KERNEL(forgotten_syncwarp, (int* out)) {
  SAE_SHARED(int, s, 64);
  unsigned l = threadIdx.x;
  s[l] = int(l);
  int x = s[l ^ 1];
  s[l] = x + 1;
  out[l] = s[l ^ 1];
}
SAE_KERNEL(order_of_blocks, (int* out)) {
  if (threadIdx.x == 0) out[blockIdx.x] = out[1 - blockIdx.x] + 1;
}
SAE_KERNEL(divergent_barrier, (int* out)) {
  if (threadIdx.x < 5) __syncthreads();
  else __syncthreads();
  out[threadIdx.x] = 1;
}
SAE_KERNEL(beyond_shared, (int* out)) {
  SAE_SHARED(int, s, 64);
  s[threadIdx.x + 1] = 1;
  __syncthreads();
  out[threadIdx.x] = s[threadIdx.x];
}
SAE_KERNEL(too_much_shared, (int* out)) {
  SAE_SHARED(int, s, 12289);
  out[threadIdx.x] = s[0] = 1;
}
SAE_KERNEL(unwritten_shared, (int* out)) {
  SAE_SHARED(int, s, 64);
  out[threadIdx.x] = s[threadIdx.x];
}
SAE_KERNEL(half_a_warp, (int* out)) {
  if ((threadIdx.x & 31) < 16) out[threadIdx.x] = __shfl_sync(0xffffffffu, 3, 0);
}
SAE_KERNEL(lane_outside_the_mask, (int* out)) { out[threadIdx.x] = __shfl_sync(0xffffu, 3, 0); }
SAE_KERNEL(deadlock, (int* out)) {
  if (threadIdx.x == 0) __syncthreads();
  else __syncwarp();
  out[threadIdx.x] = 1;
}
SAE_KERNEL(beyond_global, (int* out, int n)) {
  int i = int(blockIdx.x * blockDim.x + threadIdx.x);
  if (i <= n) out[i] = i;
}

void Run::expect(bool, const char*, ...) {}
std::set<std::string>& Run::launched() {
  static std::set<std::string> all;
  return all;
}

static int missed = 0;
static void report(const char* name, bool found, const char* how) {
  printf("%s %s: %s\n", found ? "found" : "MISSED", name, how);
  missed += !found;
}
static void faults(const char* name) {
  int out[64] = {};
  try {
    Run(name, 0).launch(name, 1, 64, &out[0]);
    report(name, false, "nothing noticed");
  } catch (emu::Fault& e) {
    report(name, true, e.what());
  }
}
static void differs(const char* name, unsigned blocks) {
  int a[64] = {}, b[64] = {};
  Run(name, 0).launch(name, blocks, 64, &a[0]);
  Run(name, 1).launch(name, blocks, 64, &b[0]);
  report(name, memcmp(a, b, sizeof a) != 0, "bits depend on the order");
}

int main(int argc, char**) {
  if (argc > 1) {
    int* out = new int[100];
    Run("beyond_global", 0).launch("beyond_global", 2, 64, out, 100);
    printf("not noticed\n");
    delete[] out;
    return 0;
  }
  differs("missing_barrier", 1), differs("forgotten_syncwarp", 1), differs("order_of_blocks", 2);
  for (const char* name : {"divergent_barrier", "beyond_shared", "too_much_shared", "half_a_warp", "lane_outside_the_mask", "deadlock"}) faults(name);
  int out[64];
  Run("unwritten_shared", 0).launch("unwritten_shared", 1, 64, &out[0]);
  report("unwritten_shared", out[0] == int(0xA5A5A5A5), "poison");
  printf("%d of 10 faults missed\n", missed);
  return missed;
}
