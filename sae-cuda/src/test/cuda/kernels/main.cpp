// Runs all cases: kernels_test [ORDER...], by default 0 1 2 3.
#include "kernel_test.h"
#include <chrono>
#include <cstdarg>

static long failures = 0;

std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

std::set<std::string>& Run::launched() {
  static std::set<std::string> all;
  return all;
}

void Run::expect(bool right, const char* format, ...) {
  if (right) return;
  if (++failures > 40) return;
  printf("FAILED %s, order %u: ", name, order);
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  printf("\n");
}

Array<u32> scan(Run& run, const Array<u32>& counts, Array<u32>* cursor) {
  int n = int(counts.size());
  unsigned blocks = over(n, 4096);
  Array<u32> sums(blocks), starts(counts.size() + 1, 77);
  if (cursor) cursor->assign(counts.size(), 77);
  run.launch("scan_sums", blocks, 256, counts.data(), sums.data(), n);
  run.launch("scan_write", blocks, 256, counts.data(), sums.data(), starts.data(), cursor ? cursor->data() : nullptr, n);
  return starts;
}

ByLatent byLatent(Run& run, const Rows& codes, int nLatents) {
  int rows = codes.rows();
  Array<u32> perLatent(nLatents), cursor;
  run.launch("order_count", over(rows, 4), 128, codes.starts.data(), codes.latents.data(), perLatent.data(), rows);
  ByLatent order;
  order.starts = scan(run, perLatent, &cursor);
  Array<u64> placed(codes.latents.size());
  order.entries.assign(placed.size(), 0);
  order.rows.assign(placed.size(), 0);
  run.launch("order_place", over(rows, 4), 128, codes.starts.data(), codes.latents.data(), cursor.data(), placed.data(), rows);
  run.launch("sort_segments", over(nLatents, 4), 128, order.starts.data(), placed.data(), order.rows.data(), order.entries.data(), nLatents);
  return order;
}

int main(int argc, char** argv) {
  auto begin = std::chrono::steady_clock::now();
  Array<unsigned> orders;
  for (int i = 1; i < argc; i++) orders.push_back(unsigned(atoi(argv[i])));
  if (orders.empty()) orders = {0, 1, 2, 3};
  for (const Case& c : cases()) {
    std::vector<char> first;
    for (unsigned order : orders) {
      Run run(c.name, order);
      try {
        c.run(run);
      } catch (std::exception& e) {
        run.expect(false, "%s", e.what());
      }
      if (order == orders[0]) first = run.bits;
      run.expect(run.bits == first && !first.empty(), "bits depend on the order of threads, or nothing was compared");
    }
  }
  for (const emu::Kernel& k : emu::kernels())
    if (!Run::launched().count(k.name) && strncmp(k.name, "sae4j_", 6)) {
      printf("FAILED no case runs %s\n", k.name);
      failures++;
    }
  printf("%zu cases, %zu kernels, %llu launches, %.1f s, %ld failures\n", cases().size(), emu::kernels().size(), emu::launches(),
         std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), failures);
  return failures != 0;
}
