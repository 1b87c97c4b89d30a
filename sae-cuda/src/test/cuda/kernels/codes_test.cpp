// Rules, filters, joins and counts of codes.
#include "../../../main/cuda/rules.cuh"
#include "kernel_test.h"

namespace {
const int ROWS = 17, LATENTS = 90;

struct Inputs {
  Rows codes = randomRows(ROWS, LATENTS, .2, 3);
  Array<float> a = normal(LATENTS, 1, .5f), b = normal(LATENTS, 2, .5f), c = normal(LATENTS, 3, .5f), u, w;
  Array<double> p{.375};
  Inputs() {
    for (float& v : codes.values) v = std::abs(v);
    for (size_t i = 0; i < codes.values.size(); i += 7) codes.values[i] = 0;
    u = normal(codes.values.size(), 4), w = normal(codes.values.size(), 5);
  }
};

double wanted(const Inputs& in, int rule, size_t i, u32 latent, double q) {
  return ruleOf(rule, in.codes.values[i], in.a[latent], in.b[latent], in.c[latent], in.u[i], in.w[i], in.p[0], q);
}
bool same(float a, double b) { return a == float(b) || (a != a && b != b); }
}  // namespace

CASE(rules_by_hand) {
  struct { int rule; double v, a, b, c, u, w, p, q, wanted; } table[] = {
    {RULE_SUM, 2, 0, 0, 0, 5, 0, 0, 0, 7}, {RULE_RATIO, 6, 0, 0, 0, 3, 0, 0, 0, 2}, {RULE_RATIO, 6, 0, 0, 0, 0, 0, 0, 0, 0},
    {RULE_RATIO_TURNED, 3, 0, 0, 0, 6, 0, 0, 0, 2}, {RULE_CLIPPED, 16, 0, 0, 0, .5, 0, 1, 0, .25}, {RULE_CLIPPED, 16, 0, 0, 0, .125, 0, 1, 0, .125},
    {RULE_ABOVE, 2, 2, 0, 0, 0, 0, 0, 0, 0}, {RULE_ABOVE, 3, 2, 0, 0, 0, 0, 0, 0, 3}, {RULE_WHERE_ABOVE, 7, 2, 0, 0, 3, 0, 0, 0, 7},
    {RULE_NEAR_STEP, 2, 2.25, 0, 0, 0, 0, 5, 1, 5}, {RULE_NEAR_STEP, 2, 2.5, 0, 0, 0, 0, 5, 1, 0},
    {RULE_STEP_GRADIENT, 3, 2, 0, 0, 2.25, 0, 4, 1, -24}, {RULE_TANH, .5, 0, 0, 0, 0, 0, 2, 0, std::tanh(1.0)},
    {RULE_POWER, 4 - 1e-6, 0, 0, 0, 0, 0, .5, 0, 2}, {RULE_MAGNITUDE, 3, 0, 1, .5, 0, 0, 0, 0, 2.5}, {RULE_MAGNITUDE, 0, 0, 1, .5, 0, 0, 0, 0, 0},
    {RULE_MAGNITUDE_SCALE_GRADIENT, 2, 0, 1, 0, 1, 4, 3, 0, 18}, {RULE_WHERE_POSITIVE, 2, 0, 0, 0, -1, 0, 3, 0, 0},
    {RULE_EXPONENTIAL, 90, 0, 0, 0, 0, 0, 0, 0, 1}, {RULE_SIGMOID_GRADIENT, 4, 0, 0, 0, .25, 0, 0, 0, .75},
    {RULE_TANH_GRADIENT, 4, 0, 0, 0, .5, 0, 0, 0, 3}, {RULE_FIRST_OR_MEAN, 4, 0, 9, 0, 0, 0, 0, 0, 9}, {RULE_RUNNING_MEAN, 4, 0, 0, 0, 0, 0, 8, .5, 6},
    {RULE_RUNNING_MEAN, 4, 0, 0, 0, 0, 0, NAN, .5, 4}, {RULE_RUNNING_MEAN, 0, 0, 0, 0, 0, 0, 8, .5, 8}, {RULE_KULLBACK_LEIBLER, .3, 0, 0, 0, 0, 0, .3, 0, 0},
    {RULE_KULLBACK_LEIBLER_SLOPE, .5, 0, 0, 0, 0, 0, .25, 2, 2}, {RULE_JENSEN_SHANNON, .3, 0, 0, 0, 0, 0, .3, 0, 0}};
  Array<double> out(1);
  for (auto& t : table) {
    run.launch("rule_scalar", 1, 32, nullptr, nullptr, &t.p, nullptr, out.data(), t.rule, t.v, t.u, 77.0, t.q);
    if (t.a == 0 && t.b == 0 && t.c == 0 && t.w == 0 && t.rule != RULE_FIRST_OR_MEAN) run.near(out[0], t.wanted, 1e-15, "scalar rule", t.rule);
    run.near(ruleOf(t.rule, t.v, t.a, t.b, t.c, t.u, t.w, t.p, t.q), t.wanted, 1e-15, "rule", t.rule);
    run.keep(out);
  }
}

CASE(rules) {
  Inputs in;
  const double q = .75;
  size_t n = in.codes.values.size();
  ByLatent order = byLatent(run, in.codes, LATENTS);
  for (int rule = 0; rule < RULES; rule++) {
    Array<float> out(n, NAN), byLatent(LATENTS, NAN);
    Array<double> parts(3), sum(1);
    run.launch("rule_entries", 2, 128, in.codes.starts.data(), in.codes.latents.data(), in.codes.values.data(), in.a.data(), in.b.data(),
               in.c.data(), in.u.data(), in.w.data(), in.p.data(), nullptr, out.data(), ROWS, rule, 77.0, q);
    run.launch("rule_sum_entries", 3, 256, in.codes.starts.data(), in.codes.latents.data(), in.codes.values.data(), in.a.data(), in.b.data(),
               in.c.data(), in.u.data(), in.w.data(), in.p.data(), nullptr, parts.data(), ROWS, rule, 77.0, q);
    run.launch("sum_finish", 1, 256, parts.data(), sum.data(), i64(3), .5);
    run.launch("rule_by_latent", over(LATENTS, 4), 128, order.starts.data(), order.entries.data(), in.codes.values.data(), in.a.data(),
               in.b.data(), in.c.data(), in.u.data(), in.w.data(), in.p.data(), nullptr, byLatent.data(), LATENTS, rule, 77.0, q);
    run.keep(out), run.keep(sum), run.keep(byLatent);
    double all = 0;
    Array<double> latents(LATENTS);
    for (size_t i = 0; i < n; i++) {
      double v = wanted(in, rule, i, in.codes.latents[i], q);
      run.expect(same(out[i], v), "rule %d: entry %zu should be %.9g, is %.9g", rule, i, v, out[i]);
      all += v;
      latents[in.codes.latents[i]] += v;
    }
    if (all == all) run.near(sum[0], all / 2, 1e-12, "sum", rule);
    for (int l = 0; l < LATENTS; l++) run.expect(same(byLatent[l], latents[l]), "rule %d: latent %d should be %.9g, is %.9g", rule, l, latents[l], byLatent[l]);
  }
}

CASE(rules_of_matrices) {
  int rows = 5, width = 37, from = 3, to = 30;
  i64 n = rows * width;
  Array<float> values = normal(n, 1), active = normal(n, 2), a = normal(width, 3), u = normal(n, 4), out(n, NAN);
  for (bool mask : {false, true}) {
    Array<double> parts(1), sum(1);
    const float* where = mask ? active.data() : nullptr;
    run.launch("rule_matrix", 2, 64, values.data(), where, a.data(), nullptr, nullptr, u.data(), nullptr, nullptr, nullptr, out.data(), n, width,
               from, to, int(RULE_STEP_GRADIENT), 2.0, 1.5);
    run.launch("rule_sum_matrix", 1, 256, values.data(), where, a.data(), nullptr, nullptr, u.data(), nullptr, nullptr, nullptr, parts.data(), n,
               width, from, to, int(RULE_STEP_GRADIENT), 2.0, 1.5);
    run.launch("sum_finish", 1, 256, parts.data(), sum.data(), i64(1), 1.0);
    run.keep(out), run.keep(sum);
    double all = 0;
    for (i64 i = 0; i < n; i++) {
      int column = int(i % width);
      bool in = column >= from && column < to && (!mask || active[i] > 0);
      double v = in ? ruleOf(RULE_STEP_GRADIENT, values[i], a[column], 0, 0, u[i], 0, 2, 1.5) : 0;
      run.expect(same(out[i], v), "place %lld should be %.9g, is %.9g", i, v, out[i]);
      all += v;
    }
    run.near(sum[0], all, 1e-12, "sum", mask);
  }
}

CASE(keep) {
  Inputs in;
  Array<u32> among(over(LATENTS, 32));
  for (int l = 0; l < LATENTS; l += 2) among[l / 32] |= 1u << (l & 31);
  Array<float> thresholds(LATENTS, .4f);
  for (int kind = 0; kind < 3; kind++) {
    const u32* set = kind == 2 ? among.data() : nullptr;
    const float* above = kind == 2 ? thresholds.data() : nullptr;
    int from = kind == 1 ? 10 : 0, to = kind == 1 ? 50 : LATENTS, nonZero = kind == 0;
    Array<u32> counts(ROWS, 9), starts;
    run.launch("keep_count", over(ROWS, 4), 128, in.codes.starts.data(), in.codes.latents.data(), in.codes.values.data(), set, above,
               counts.data(), ROWS, from, to, nonZero);
    starts = scan(run, counts);
    Array<u32> latents(starts.back());
    Array<float> kept(starts.back()), other(starts.back());
    for (auto [of, into] : {std::pair{&in.codes.values, &kept}, std::pair{&in.u, &other}})
      run.launch("keep_write", over(ROWS, 4), 128, in.codes.starts.data(), in.codes.latents.data(), in.codes.values.data(), of->data(), set, above,
                 starts.data(), latents.data(), into->data(), ROWS, from, to, nonZero);
    run.keep(starts), run.keep(latents), run.keep(kept), run.keep(other);
    size_t n = 0;
    for (int r = 0; r < ROWS; r++) {
      for (u32 i = in.codes.starts[r]; i < in.codes.starts[r + 1]; i++) {
        int l = int(in.codes.latents[i]);
        float v = in.codes.values[i];
        if (kind == 0 ? v == 0 : kind == 1 ? l < 10 || l >= 50 : l % 2 || !(v > .4f)) continue;
        run.expect(n < kept.size() && latents[n] == u32(l) && kept[n] == v && other[n] == in.u[i], "kind %d, entry %zu", kind, n);
        n++;
      }
      run.expect(starts[r + 1] == n, "kind %d: row %d should end at %zu, ends at %u", kind, r, n, starts[r + 1]);
    }
  }
}

CASE(side_by_side) {
  Rows parts[3] = {randomRows(ROWS, 30, .3, 1), randomRows(ROWS, 30, .1, 2), randomRows(ROWS, 30, .5, 3)};
  for (int p = 0; p < 3; p++)
    for (u32& l : parts[p].latents) l += u32(30 * p);
  Array<u32> counts(ROWS), cursor;
  for (Rows& part : parts) run.launch("beside_count", 1, 64, part.starts.data(), counts.data(), ROWS);
  Array<u32> starts = scan(run, counts, &cursor), latents(starts.back());
  Array<float> values(starts.back());
  for (Rows& part : parts)
    run.launch("beside_append", over(ROWS, 4), 128, part.starts.data(), part.latents.data(), part.values.data(), cursor.data(), latents.data(),
               values.data(), ROWS);
  run.keep(starts), run.keep(latents), run.keep(values);
  size_t n = 0;
  for (int r = 0; r < ROWS; r++)
    for (Rows& part : parts)
      for (u32 i = part.starts[r]; i < part.starts[r + 1]; i++, n++)
        run.expect(latents[n] == part.latents[i] && values[n] == part.values[i], "row %d, entry %zu", r, n);
  run.expect(n == starts.back(), "%zu entries expected, got %u", n, starts.back());
}

CASE(codes_and_matrices) {
  Inputs in;
  Array<float> matrix(ROWS * LATENTS), sampled(in.codes.values.size(), NAN), weights(in.codes.values.size(), NAN);
  run.launch("entries_to_matrix", over(ROWS, 4), 128, in.codes.starts.data(), in.codes.latents.data(), in.u.data(), matrix.data(), ROWS, LATENTS);
  run.launch("entries_sample", over(ROWS, 4), 128, in.codes.starts.data(), in.codes.latents.data(), matrix.data(), sampled.data(), ROWS, LATENTS);
  run.launch("entries_weights", 2, 64, in.codes.starts.data(), in.codes.latents.data(), in.a.data(), weights.data(), ROWS);
  run.keep(matrix), run.keep(sampled), run.keep(weights);
  run.expect(sampled == in.u, "sampling what was written gives other values");
  size_t zeros = size_t(std::count(matrix.begin(), matrix.end(), 0.0f));
  run.expect(zeros == matrix.size() - in.u.size(), "%zu zeros", zeros);
  for (size_t i = 0; i < weights.size(); i++) run.expect(weights[i] == in.a[in.codes.latents[i]], "weight %zu", i);
}

CASE(stats) {
  Inputs in;
  Array<u64> stats{0, ~0ull}, none{0, ~0ull};
  Array<double> numbers(2), nothing(2);
  Array<float> negative(40, -1);
  run.launch("values_stats", 2, 64, in.codes.starts.data(), in.codes.values.data(), stats.data(), i64(0), ROWS);
  run.launch("stats_numbers", 1, 32, stats.data(), numbers.data());
  run.launch("values_stats", 2, 64, nullptr, negative.data(), none.data(), i64(40), 0);
  run.launch("stats_numbers", 1, 32, none.data(), nothing.data());
  run.keep(numbers), run.keep(nothing);
  double nonZeros = 0, least = INFINITY;
  for (float v : in.codes.values) nonZeros += v != 0, least = v > 0 && v < least ? v : least;
  run.expect(numbers[0] == nonZeros && numbers[1] == least, "%g values, the least %g", numbers[0], numbers[1]);
  run.expect(nothing[0] == 40 && nothing[1] != nothing[1], "%g values, the least %g", nothing[0], nothing[1]);
}

CASE(firing) {
  Inputs in;
  Array<u32> fired(over(LATENTS, 32)), dense(fired.size()), dead(fired.size(), 5), count(1), starts(2);
  Array<u64> since(LATENTS, 5000000000ull);
  run.launch("fired_entries", over(ROWS, 4), 128, in.codes.starts.data(), in.codes.latents.data(), in.codes.values.data(), fired.data(), ROWS);
  Array<float> matrix(ROWS * LATENTS);
  run.launch("entries_to_matrix", over(ROWS, 4), 128, in.codes.starts.data(), in.codes.latents.data(), in.codes.values.data(), matrix.data(), ROWS, LATENTS);
  run.launch("fired_matrix", dim3(1, 1), 128, matrix.data(), dense.data(), ROWS, LATENTS, 0, LATENTS, 1);
  since[2] = 10;
  run.launch("firing_update", 1, 96, fired.data(), since.data(), dead.data(), count.data(), i64(ROWS), i64(5000000017ll), LATENTS);
  Array<u32> latents(count[0], 77);
  Array<float> ones(count[0], NAN);
  run.launch("set_codes", 1, 256, dead.data(), starts.data(), latents.data(), ones.data(), LATENTS);
  run.keep(fired), run.keep(since), run.keep(dead), run.keep(count), run.keep(latents);
  run.expect(fired == dense, "codes and matrix disagree on what fired");
  Array<bool> did(LATENTS);
  for (size_t i = 0; i < in.codes.latents.size(); i++)
    if (in.codes.values[i] != 0) did[in.codes.latents[i]] = true;
  u32 n = 0;
  for (int l = 0; l < LATENTS; l++) {
    u64 wanted = did[l] ? 0 : (l == 2 ? 10 : 5000000000ull) + ROWS;
    run.expect(since[l] == wanted, "latent %d fired %llu rows ago, not %llu", l, wanted, since[l]);
    bool isDead = wanted >= 5000000017ull;
    run.expect((dead[l / 32] >> (l & 31) & 1) == isDead, "latent %d should be %s", l, isDead ? "dead" : "alive");
    if (isDead) run.expect(n < count[0] && latents[n] == u32(l) && ones[n] == 1, "dead latent %u", n), n++;
  }
  run.expect(n == count[0] && starts[1] == n && n > 0, "%u dead latents, counted %u", n, count[0]);
}

CASE(threshold_pull) {
  Inputs in;
  Array<u32> set(over(LATENTS, 32));
  for (int l = 0; l < LATENTS; l += 2) set[l / 32] |= 1u << (l & 31);
  Array<float> sums = normal(LATENTS, 8), thresholds(LATENTS, .2f), slopes(LATENTS, NAN);
  Array<double> pulls(LATENTS);
  ByLatent order = byLatent(run, in.codes, LATENTS);
  run.launch("threshold_pull", 1, 96, sums.data(), thresholds.data(), set.data(), order.starts.data(), order.entries.data(),
             in.codes.values.data(), pulls.data(), slopes.data(), LATENTS, ROWS, 2.0);
  run.keep(pulls), run.keep(slopes);
  for (int l = 0; l < LATENTS; l++) {
    double pull = l % 2 ? 0 : ROWS * double(.2f) - sums[l], slope = l % 2 ? 0 : 2.0 * ROWS;
    for (u32 i = order.starts[l]; i < order.starts[l + 1] && l % 2 == 0; i++) pull += in.codes.values[order.entries[i]] - double(.2f), slope -= 2;
    run.near(pulls[l], pull, 1e-12, "pull", l);
    run.expect(slopes[l] == float(slope), "slope %d", l);
  }
}
