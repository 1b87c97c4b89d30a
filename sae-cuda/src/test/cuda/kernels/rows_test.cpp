// Decoding, products at codes, codes by latent, gradients by rows and the fused step.
#include "../../../main/cuda/gradient.cuh"
#include "kernel_test.h"

namespace {
void decode(Run& run, int rows, int nLatents, int width, unsigned threads) {
  Rows codes = randomRows(rows, nLatents, .1, unsigned(width));
  Array<float> w = normal(size_t(nLatents) * width, 1, .2f), bias = normal(width, 2), target = normal(size_t(rows) * width, 3),
               weights = normal(nLatents, 4), out(size_t(rows) * width, NAN), plain(size_t(rows) * width, NAN),
               products(codes.values.size(), NAN), sampled(codes.values.size(), NAN), squares(rows, NAN);
  run.launch("decode_rows", rows, threads, codes.starts.data(), codes.latents.data(), codes.values.data(), w.data(), bias.data(),
             target.data(), weights.data(), out.data(), products.data(), squares.data(), width);
  run.launch("decode_rows", rows, threads, codes.starts.data(), codes.latents.data(), codes.values.data(), w.data(), nullptr, nullptr,
             nullptr, plain.data(), nullptr, nullptr, width);
  run.launch("sampled_rows", rows, 128, codes.starts.data(), codes.latents.data(), target.data(), w.data(), nullptr, sampled.data(), width);
  run.keep(out), run.keep(plain), run.keep(products), run.keep(sampled), run.keep(squares);
  if (!run.checks()) return;
  for (int r = 0; r < rows; r++) {
    double square = 0;
    Array<double> e(width);
    for (int j = 0; j < width; j++) {
      double sum = 0;
      for (u32 i = codes.starts[r]; i < codes.starts[r + 1]; i++) sum += double(codes.values[i]) * w[size_t(codes.latents[i]) * width + j];
      run.near(plain[size_t(r) * width + j], sum, 2e-6, "decoded", j);
      e[j] = sum + bias[j] - target[size_t(r) * width + j];
      run.near(out[size_t(r) * width + j], e[j], 2e-6, "error", j);
      square += e[j] * e[j];
    }
    run.near(squares[r], square, 1e-5, "squares", r);
    for (u32 i = codes.starts[r]; i < codes.starts[r + 1]; i++) {
      double product = 0, sample = 0;
      for (int j = 0; j < width; j++) {
        product += e[j] * w[size_t(codes.latents[i]) * width + j];
        sample += double(target[size_t(r) * width + j]) * w[size_t(codes.latents[i]) * width + j];
      }
      run.near(products[i], product + weights[codes.latents[i]], 2e-5, "products", i);
      run.near(sampled[i], sample, 2e-5, "sampled", i);
    }
  }
}

struct Gradient {
  int rows, nLatents, width;
  unsigned threads;
  bool unitNorm, along, matrix, average;
};

void step(Run& run, const Gradient& c) {
  size_t size = size_t(c.nLatents) * c.width;
  Rows codes = randomRows(c.rows, c.nLatents, .05, 1), more = randomRows(c.rows / 2 + 1, c.nLatents, .1, 2);
  Array<float> y = normal(size_t(c.rows) * c.width, 3), y2 = normal(size_t(c.rows) * c.width, 4), w = normal(size, 5), first = normal(size, 6),
               alongA = normal(c.nLatents, 7), alongB = normal(c.nLatents, 8), mean = normal(size, 9, .1f), variance(size, .01f),
               average = normal(size, 10), out(size, NAN), squares(c.nLatents, NAN);
  for (int l = 0; l < c.nLatents; l++) {
    double s = 0;
    for (int j = 0; j < c.width; j++) s += double(w[size_t(l) * c.width + j]) * w[size_t(l) * c.width + j];
    for (int j = 0; j < c.width; j++) w[size_t(l) * c.width + j] = float(w[size_t(l) * c.width + j] / std::sqrt(s));
  }
  Array<float> w0 = w, mean0 = mean, average0 = average;
  Array<double> factor{.5}, scale{1.0 / c.rows};
  int pitch = (c.width + 7) / 8 * 8;
  Array<u16> copy(size_t(c.nLatents) * pitch, 7);
  ByLatent a = byLatent(run, codes, c.nLatents), b = byLatent(run, more, c.nLatents);
  Array<Term> terms(2);
  Array<Along> along(2);
  run.launch("term_put", 1, 32, terms.data(), a.starts.data(), a.entries.data(), a.rows.data(), codes.values.data(), y.data(), nullptr, 0, 2.0);
  run.launch("term_put", 1, 32, terms.data(), b.starts.data(), b.entries.data(), b.rows.data(), more.values.data(), y2.data(), factor.data(), 1, 3.0);
  int split = c.width / 3;
  run.launch("along_put", 1, 32, along.data(), alongA.data(), 0, split);
  run.launch("along_put", 1, 32, along.data(), alongB.data(), 1, c.width);
  const float* matrix = c.matrix ? first.data() : nullptr;
  run.launch("latent_gradient", c.nLatents, c.threads, terms.data(), along.data(), matrix, w.data(), out.data(), squares.data(), 2, c.along ? 2 : 0,
             c.width, int(c.unitNorm));
  run.keep(a.entries), run.keep(a.rows), run.keep(out), run.keep(squares);
  bool steps = unsigned(c.width) <= c.threads * COLUMNS;
  float b1 = .9f, c1 = float(1 - .9), b2 = .999f, c2 = float(1 - .999), rate = .01f, eps = 1e-8f, fraction = .75f;
  if (steps) {
    run.launch("latent_step", c.nLatents, c.threads, terms.data(), along.data(), matrix, scale.data(), w.data(), mean.data(), variance.data(),
               copy.data(), c.average ? average.data() : nullptr, 2, c.along ? 2 : 0, c.width, pitch, int(c.unitNorm), b1, c1, b2, c2, rate, eps,
               fraction, 77.0);
    run.keep(w), run.keep(mean), run.keep(variance), run.keep(copy), run.keep(average);
  }
  if (!run.checks()) return;
  Array<double> g(size);
  for (size_t i = 0; i < size && c.matrix; i++) g[i] = first[i];
  auto add = [&](const Rows& from, const Array<float>& to, double by) {
    for (int r = 0; r < from.rows(); r++)
      for (u32 i = from.starts[r]; i < from.starts[r + 1]; i++)
        for (int j = 0; j < c.width; j++) g[size_t(from.latents[i]) * c.width + j] += by * from.values[i] * to[size_t(r) * c.width + j];
  };
  add(codes, y, 2), add(more, y2, 1.5);
  for (int l = 0; l < c.nLatents; l++) {
    double* row = &g[size_t(l) * c.width];
    const float* own = &w0[size_t(l) * c.width];
    double dot = 0, square = 0, norm = 0;
    for (int j = 0; j < c.width; j++) {
      if (c.along) row[j] += double(j < split ? alongA[l] : alongB[l]) * own[j];
      dot += row[j] * own[j];
    }
    Array<double> x(c.width);
    for (int j = 0; j < c.width; j++) {
      size_t at = size_t(l) * c.width + j;
      if (c.unitNorm) row[j] -= dot * own[j];
      square += row[j] * row[j];
      run.near(out[at], row[j], 2e-5, "gradient", i64(at));
      double scaled = row[j] / c.rows, m = .9 * mean0[at] + .1 * scaled, v = .999 * .01 + .001 * scaled * scaled;
      x[j] = own[j] - .01 * m / (std::sqrt(v) + 1e-8);
      norm += x[j] * x[j];
      if (steps) run.near(mean[at], m, 1e-5, "mean", i64(at)), run.near(variance[at], v, 1e-5, "variance", i64(at));
    }
    run.near(squares[l], square, 1e-4, "squared norm", l);
    for (int j = 0; j < c.width && steps; j++) {
      size_t at = size_t(l) * c.width + j;
      double weight = c.unitNorm ? x[j] / std::sqrt(norm) : x[j];
      run.near(w[at], weight, 2e-5, "weight", i64(at));
      run.expect(copy[size_t(l) * pitch + j] == toBfloat16(w[at]), "bfloat16 copy of %zu", at);
      run.near(average[at], c.average ? weight + .75 * (average0[at] - weight) : average0[at], 2e-5, "average", i64(at));
    }
  }
}
}  // namespace

CASE(decode) {
  decode(run, 9, 40, 64, 32);
  decode(run, 6, 70, 300, 96);
  decode(run, 5, 33, 33, 64);
  decode(run, 3, 20, 1030, 128);
}

CASE(by_latent) {
  // a row may have no codes, a latent all rows; many rows, so that windows of 4,096 rows are needed
  for (auto [rows, nLatents, density] : {std::tuple{30, 70, .1}, std::tuple{9000, 3, .4}, std::tuple{5000, 9, .003}}) {
    Rows codes = randomRows(rows, nLatents, density, unsigned(rows));
    ByLatent order = byLatent(run, codes, nLatents);
    Array<float> sums(nLatents, NAN);
    run.launch("latent_sums", over(nLatents, 4), 128, order.starts.data(), order.entries.data(), codes.values.data(), sums.data(), nLatents);
    run.keep(order.starts), run.keep(order.entries), run.keep(order.rows), run.keep(sums);
    Array<float> wanted(nLatents);
    Array<u32> at(order.starts.begin(), order.starts.end());
    for (int r = 0; r < rows; r++)
      for (u32 i = codes.starts[r]; i < codes.starts[r + 1]; i++) {
        u32 l = codes.latents[i];
        wanted[l] += codes.values[i];
        run.expect(order.entries[at[l]] == i && order.rows[at[l]] == u32(r), "latent %u: place %u", l, at[l]);
        at[l]++;
      }
    for (int l = 0; l < nLatents; l++) run.expect(sums[l] == wanted[l], "sum of latent %d should be %.9g, is %.9g", l, wanted[l], sums[l]);
  }
}

CASE(latent_step) {
  step(run, {20, 30, 64, 32, true, false, false, false});
  step(run, {9, 12, 768, 96, true, true, true, true});
  step(run, {50, 9, 33, 32, false, true, false, true});
  step(run, {7, 10, 200, 32, false, false, true, false});
}
CASE(gradient_wider_than_a_block) {
  step(run, {9, 12, 600, 32, true, true, true, false});
  step(run, {9, 12, 333, 32, false, true, false, false});
}
