// Top-k of rows and of batches, thresholds: exact, with ties to the first row and the lowest latent.
#include "kernel_test.h"

namespace {
struct Shape {
  int rows, nLatents, k, chunk;
  float ties;        // values are rounded to multiples of 1/ties; 0: not
  bool magnitudes, some, large;
};

Array<float> preActivations(const Shape& s) {
  Array<float> pre = normal(size_t(s.rows) * s.nLatents, unsigned(s.rows * 31 + s.nLatents));
  if (s.ties)
    for (float& v : pre) v = std::round(v * s.ties) / s.ties;
  for (int l = 0; l < s.nLatents && s.rows > 1; l++) pre[s.nLatents + l] = l % 5 == 0 && l < 5 * (s.k / 2) ? l + 1.f : -0.f;  // few, ascending
  return pre;
}

// Latents of a row that a plain sort takes, ascending.
Array<int> best(const float* row, const Shape& s, const Array<u32>& among) {
  auto size = [&](int l) { return s.magnitudes ? std::abs(row[l]) : row[l]; };
  Array<int> order;
  for (int l = 0; l < s.nLatents; l++)
    if (size(l) > 0 && (!s.some || among[l / 32] >> (l & 31) & 1)) order.push_back(l);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return size(a) > size(b); });
  if (int(order.size()) > s.k) order.resize(s.k);
  std::sort(order.begin(), order.end());
  return order;
}

void topK(Run& run, const Shape& s) {
  Array<float> pre = preActivations(s);
  Array<u32> among(over(s.nLatents, 32));
  for (int l = 0; l < s.nLatents; l += 3) among[l / 32] |= 1u << (l & 31);
  int capacity = s.large ? s.k + 256 + 100 : s.k;
  Array<u64> keys(size_t(s.rows) * capacity), notFinite{~0ull};
  Array<u32> counts(s.rows);
  Array<float> thresholds(s.rows);
  const u32* set = s.some ? among.data() : nullptr;
  for (int first = 0; first < s.nLatents; first += s.chunk) {
    int width = std::min(s.chunk, s.nLatents - first);
    if (s.large)
      run.launch("topk_chunk_large", s.rows, 256, pre.data() + first, set, keys.data(), counts.data(), thresholds.data(), notFinite.data(),
                 first, width, s.nLatents, s.k, capacity, s.nLatents, int(s.magnitudes), int(first + width == s.nLatents));
    else
      run.launch("topk_chunk", over(s.rows, 4), 128, pre.data() + first, set, keys.data(), counts.data(), notFinite.data(), s.rows, first,
                 width, s.nLatents, s.k, s.nLatents, int(s.magnitudes));
  }
  Array<u32> starts = scan(run, counts), latents(starts.back(), 77);
  Array<float> values(starts.back(), NAN);
  run.launch("topk_write", over(s.rows, 4), 128, keys.data(), starts.data(), latents.data(), values.data(), s.rows, capacity);
  run.keep(starts), run.keep(latents), run.keep(values), run.keep(notFinite);
  if (!run.checks()) return;
  run.expect(notFinite[0] == ~0ull, "a NaN is reported at %llu", notFinite[0]);
  for (int r = 0; r < s.rows; r++) {
    Array<int> wanted = best(&pre[size_t(r) * s.nLatents], s, among);
    run.expect(wanted.size() == starts[r + 1] - starts[r], "k %d: row %d should have %zu codes, has %u", s.k, r, wanted.size(), starts[r + 1] - starts[r]);
    for (size_t i = 0; i < wanted.size() && i < starts[r + 1] - starts[r]; i++)
      run.expect(latents[starts[r] + i] == u32(wanted[i]) && values[starts[r] + i] == pre[size_t(r) * s.nLatents + wanted[i]],
                 "k %d: row %d code %zu should be latent %d, is %u", s.k, r, i, wanted[i], latents[starts[r] + i]);
  }
}

void batchTopK(Run& run, int rows, int nLatents, int k, int chunk, float ties, i64 limit) {
  Shape s{rows, nLatents, k, chunk, ties, false, false, false};
  Array<float> pre = preActivations(s);
  i64 wanted = i64(k) * rows, capacity = std::max(limit, wanted) + i64(rows) * chunk;
  Array<u64> pool(capacity), state(6), notFinite{~0ull};
  Array<u32> histogram(32768), digits(4096), counts(rows), cursor;
  u64 largest = 0;
  for (int first = 0; first < nLatents; first += chunk) {
    int width = std::min(chunk, nLatents - first);
    run.launch("pool_chunk", over(rows, 4), 128, pre.data() + first, pool.data(), state.data(), histogram.data(), notFinite.data(), capacity,
               rows, first, width, nLatents, nLatents);
    largest = std::max(largest, state[0]);
    run.launch("pool_bound", 1, 1024, histogram.data(), state.data(), wanted);
    run.launch("pool_cut", 1, 1024, pool.data(), state.data(), wanted, limit);
  }
  run.expect(largest <= u64(capacity), "the pool overflows: %llu of %lld", largest, capacity);
  run.launch("pool_begin", 1, 32, state.data(), wanted);
  for (int shift : {52, 40, 28, 16, 4, 0}) {
    run.launch("pool_digits", 3, 128, pool.data(), state.data(), digits.data(), shift);
    run.launch("pool_pick", 1, 1024, state.data(), digits.data(), shift);
  }
  run.launch("pool_count", 3, 128, pool.data(), state.data(), counts.data(), nLatents);
  Array<u32> starts = scan(run, counts, &cursor), latents(starts.back());
  Array<u64> placed(starts.back());
  Array<float> values(starts.back());
  run.launch("pool_place", 3, 128, pool.data(), state.data(), cursor.data(), placed.data(), nLatents);
  run.launch("sort_segments", over(rows, 4), 128, starts.data(), placed.data(), latents.data(), (u32*)values.data(), rows);
  run.keep(starts), run.keep(latents), run.keep(values);
  if (!run.checks()) return;
  Array<size_t> order;
  for (size_t i = 0; i < pre.size(); i++)
    if (pre[i] > 0) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return pre[a] > pre[b]; });
  if (i64(order.size()) > wanted) order.resize(wanted);
  std::sort(order.begin(), order.end());
  run.expect(order.size() == starts.back(), "%zu codes expected, got %u", order.size(), starts.back());
  for (size_t i = 0; i < order.size() && i < starts.back(); i++)
    run.expect(latents[i] == order[i] % nLatents && values[i] == pre[order[i]] && starts[order[i] / nLatents] <= i && i < starts[order[i] / nLatents + 1],
               "code %zu should be place %zu", i, order[i]);
}
}  // namespace

CASE(topk) {
  topK(run, {7, 300, 8, 128, 0, false, false, false});
  topK(run, {33, 1000, 32, 256, 4, false, false, false});
  topK(run, {4, 3000, 64, 1024, 0, false, false, false});
  topK(run, {9, 700, 250, 300, 2, false, false, false});
  topK(run, {4, 131, 1, 50, 1, false, false, false});
}
CASE(topk_by_magnitude) {
  topK(run, {9, 500, 16, 200, 2, true, false, false});
  topK(run, {6, 1300, 300, 640, 1, true, false, true});
}
CASE(topk_among) {
  topK(run, {9, 500, 16, 200, 2, false, true, false});
  topK(run, {5, 900, 290, 450, 0, false, true, true});
}
CASE(topk_large) {
  topK(run, {5, 2500, 400, 1000, 0, false, false, true});
  topK(run, {4, 1500, 1400, 700, 3, false, false, true});
  topK(run, {6, 2000, 5, 999, 1, false, false, true});
}
CASE(batch_topk) {
  batchTopK(run, 21, 400, 9, 128, 0, 1 << 20);
  batchTopK(run, 21, 400, 9, 128, 3, 200);          // many ties, and cut often
  batchTopK(run, 40, 300, 7, 300, 1, 1 << 20);
  batchTopK(run, 6, 100, 90, 64, 0, 1 << 20);       // wants more than there are
}

CASE(missing_numbers) {
  int rows = 5, nLatents = 200;
  Array<float> pre = normal(rows * nLatents, 1);
  pre[3 * nLatents + 17] = NAN, pre[2 * nLatents + 150] = -NAN, pre[4 * nLatents] = NAN;
  Array<u64> at(4, ~0ull), keys(rows * 400), pool(rows * nLatents), state(6);
  Array<u32> counts(rows), counts2(rows), counts3(rows), histogram(32768);
  Array<float> thresholds(rows);
  run.launch("topk_chunk", 2, 128, pre.data(), nullptr, keys.data(), counts.data(), &at[0], rows, 0, nLatents, nLatents, 8, nLatents, 0);
  run.launch("topk_chunk_large", rows, 256, pre.data(), nullptr, keys.data(), counts2.data(), thresholds.data(), &at[1], 0, nLatents, nLatents,
             100, 400, nLatents, 1, 1);
  run.launch("pool_chunk", 2, 128, pre.data(), pool.data(), state.data(), histogram.data(), &at[2], i64(pool.size()), rows, 0, nLatents,
             nLatents, nLatents);
  run.launch("above_count", 2, 128, pre.data(), nullptr, counts3.data(), &at[3], rows, 0, nLatents, nLatents, nLatents, 0.0f);
  run.keep(at);
  for (u64 place : at) run.expect(place == 2 * 200 + 150, "the first NaN is at row 2, latent 150, not place %llu", place);
}

CASE(above) {
  int rows = 13, nLatents = 333;
  Array<float> pre = normal(rows * nLatents, 5), thresholds = normal(nLatents, 6, .3f);
  thresholds[3] = INFINITY, thresholds[4] = -INFINITY;
  pre[7] = thresholds[7] - .25f;                    // equal is not above
  for (bool positive : {false, true}) {
    const float* t = positive ? nullptr : thresholds.data();
    Array<u32> counts(rows), starts;
    Array<u64> notFinite{~0ull};
    run.launch("above_count", over(rows, 4), 128, pre.data(), t, counts.data(), notFinite.data(), rows, 0, nLatents, nLatents, nLatents, .25f);
    starts = scan(run, counts);
    int capacity = positive ? int(starts.back()) / 2 : int(starts.back());
    Array<u32> latents(capacity);
    Array<float> values(capacity);
    run.launch("above_write", over(rows, 4), 128, pre.data(), t, starts.data(), latents.data(), values.data(), rows, 0, nLatents, nLatents,
               capacity, .25f);
    run.keep(starts), run.keep(latents), run.keep(values);
    size_t n = 0;
    for (int i = 0; i < rows * nLatents; i++)
      if (pre[i] > (positive ? 0.0f : thresholds[i % nLatents] - .25f)) {
        if (n < size_t(capacity)) run.expect(latents[n] == u32(i % nLatents) && values[n] == pre[i], "code %zu", n);
        n++;
      }
    run.expect(n == starts.back(), "%zu codes expected, got %u", n, starts.back());
  }
}

CASE(scans) {
  for (int n : {1, 31, 4096, 4097, 13000}) {
    Array<u32> counts(n), cursor;
    std::mt19937 random(n);
    for (u32& c : counts) c = random() % 7;
    Array<u32> starts = scan(run, counts, &cursor);
    run.keep(starts), run.keep(cursor);
    u32 sum = 0;
    for (int i = 0; i < n; i++) {
      run.expect(starts[i] == sum && cursor[i] == sum, "n %d: starts[%d] should be %u, is %u", n, i, sum, starts[i]);
      sum += counts[i];
    }
    run.expect(starts[n] == sum, "n %d: the sum should be %u, is %u", n, sum, starts[n]);
  }
}
