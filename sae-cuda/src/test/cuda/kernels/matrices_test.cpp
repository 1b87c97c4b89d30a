// Sums, norms, arithmetic on vectors, batches out of windows, dense products.
#include "../../../main/cuda/device.cuh"
#include "kernel_test.h"

namespace {
double sumOf(Run& run, const char* kernel, const Array<double>& parts, double scale = 1) {
  Array<double> out(1, NAN);
  (void)kernel;
  run.launch("sum_finish", 1, 256, parts.data(), out.data(), i64(parts.size()), scale);
  run.keep(out);
  return out[0];
}

u16 toHalf(float x) {                                   // of numbers that a half holds
  for (u32 h = 0; h < 65536; h++)
    if (emu::toBits(fromHalf(u16(h))) == emu::toBits(x)) return u16(h);
  throw std::logic_error("no half");
}
}  // namespace

CASE(sums) {
  i64 n = 20000;
  Array<float> x = normal(n, 1), y = normal(n, 2);
  double wanted[4] = {};
  for (i64 i = 0; i < n; i++) wanted[0] += x[i], wanted[1] += std::abs(x[i]), wanted[2] += double(x[i]) * x[i], wanted[3] += double(x[i]) * y[i];
  for (int kind = 0; kind < 4; kind++) {
    Array<double> parts(over(n, 8192));
    run.launch("sum_parts", unsigned(parts.size()), 256, x.data(), y.data(), parts.data(), n, kind);
    run.near(sumOf(run, "sum_parts", parts, 2), 2 * wanted[kind], 1e-12, "sum", kind);
  }
}

CASE(columns) {
  int rows = 300, width = 70;
  Array<float> w = normal(size_t(rows) * width, 1), weights = normal(rows, 2);
  for (bool weighted : {false, true}) {
    Array<float> parts(3 * width, NAN), sums(width, NAN);
    run.launch("column_parts", dim3(over(width, 64), 3), 64, weighted ? weights.data() : nullptr, w.data(), parts.data(), rows, width);
    run.launch("column_finish", over(width, 64), 64, parts.data(), sums.data(), 3, width, 1.0 / rows);
    run.keep(sums);
    double spread = 0;
    for (int j = 0; j < width; j++) {
      double sum = 0;
      for (int r = 0; r < rows; r++) sum += double(w[r * width + j]) * (weighted ? weights[r] : 1);
      run.near(sums[j], sum / rows, 2e-6, "column", j);
      for (int r = 0; r < rows; r++) spread += (w[r * width + j] - double(sums[j])) * (w[r * width + j] - double(sums[j]));
    }
    Array<double> spreads(over(w.size(), 8192));
    run.launch("spread_parts", unsigned(spreads.size()), 256, w.data(), sums.data(), spreads.data(), i64(w.size()), width);
    run.near(sumOf(run, "spread_parts", spreads), spread, 1e-12, "spread", weighted);
  }
}

CASE(matrix_rows) {
  int rows = 11, width = 300, from = 17, to = 201;
  Array<float> w = normal(rows * width, 1), g = normal(rows * width, 2), norms(rows, NAN);
  std::fill(w.begin() + 3 * width, w.begin() + 4 * width, 0.0f);
  Array<float> unit = w, limited = w, projected = g;
  run.launch("row_norms", rows, 128, w.data(), norms.data(), width, from, to);
  run.launch("rows_normalise", rows, 128, unit.data(), width, 0.0f);
  run.launch("rows_normalise", rows, 128, limited.data(), width, 17.0f);
  run.launch("rows_project", rows, 128, projected.data(), unit.data(), width);
  run.keep(norms), run.keep(unit), run.keep(limited), run.keep(projected);
  for (int r = 0; r < rows; r++) {
    double part = 0, all = 0, along = 0;
    for (int j = 0; j < width; j++) {
      double v = w[r * width + j];
      all += v * v;
      if (j >= from && j < to) part += v * v;
      along += double(g[r * width + j]) * unit[r * width + j];
    }
    run.near(norms[r], std::sqrt(part), 1e-6, "norm", r);
    for (int j = 0; j < width; j++) {
      int i = r * width + j;
      run.near(unit[i], all == 0 ? 0 : w[i] / std::sqrt(all), 1e-6, "unit", i);
      run.near(limited[i], std::sqrt(all) > 17 ? w[i] * 17 / std::sqrt(all) : w[i], 1e-6, "limited", i);
      run.near(projected[i], g[i] - along * unit[i], 1e-5, "projected", i);
    }
  }
}

CASE(vectors) {
  i64 n = 777;
  Array<float> x = normal(n, 1, 3), y = normal(n, 2), out(n, NAN);
  x[0] = 0, x[1] = -0.0f, x[2] = 200, x[3] = -200, x[4] = 1e-4f, x[5] = NAN, x[6] = 88, x[7] = -100;
  Array<double> number{1.5};
  float s = 1.5f;
  for (int op = 0; op < 14; op++) {
    run.launch("vector_op", 3, 64, x.data(), y.data(), op % 2 ? number.data() : nullptr, out.data(), n, op, op % 2 ? 77.0 : 1.5);
    run.keep(out);
    for (i64 i = 0; i < n; i++) {
      double a = x[i], b = y[i];
      double exact[] = {x[i], s, x[i] + y[i], x[i] - y[i], y[i] - x[i], x[i] * y[i], x[i] / y[i], x[i] + s, x[i] * s, x[i] / s};
      if (op < 10) run.expect(out[i] == float(exact[op]) || x[i] != x[i], "op %d: place %lld should be %.9g, is %.9g", op, i, exact[op], out[i]);
      if (x[i] != x[i]) {
        run.expect(op == 1 || out[i] != out[i], "op %d loses a NaN", op);
        continue;
      }
      double wanted = op == 10 ? std::exp(a) : op == 11 ? std::max(a, 0.0) : op == 12 ? 1 / (1 + std::exp(-a)) : std::tanh(a);
      (void)b;
      if (op >= 10) {
        double got = out[i], ulp = std::max(double(std::nextafter(std::abs(float(wanted)), INFINITY)) - std::abs(float(wanted)), 1e-45);
        run.expect(got == float(wanted) || std::abs(got - wanted) <= 4 * ulp, "op %d at %.9g should be %.9g, is %.9g", op, a, wanted, got);
      }
    }
  }
  Array<float> blended = y, rows(n), scaled(n), factors = normal(111, 7);
  run.launch("blend", 2, 64, x.data() + 8, number.data(), nullptr, blended.data() + 8, n - 8, 77.0, -2.0);
  run.launch("rows_add", 2, 64, x.data(), y.data(), rows.data(), n, 7, -1.0f);
  run.launch("rows_scale", 2, 64, x.data(), factors.data(), scaled.data(), n, 7);
  run.keep(blended), run.keep(rows), run.keep(scaled);
  for (i64 i = 8; i < n; i++) {
    run.expect(blended[i] == fmaf(1.5f, x[i], -2.0f * y[i]), "blend %lld", i);
    run.expect(rows[i] == x[i] - y[i % 7] && scaled[i] == x[i] * factors[i / 7], "rows %lld", i);
  }
}

CASE(adam) {
  i64 n = 500;
  Array<float> g = normal(n, 1), w = normal(n, 2), mean = normal(n, 3, .1f), variance(n, .01f), average = normal(n, 4), alone = average;
  Array<float> w0 = w, mean0 = mean, average0 = average;
  run.launch("adam_vector", 2, 64, g.data(), nullptr, w.data(), mean.data(), variance.data(), average.data(), n, .9f, .1f, .999f, .001f, .01f, 1e-8f,
             .75f, .5);
  run.launch("average_vector", 2, 64, w.data(), alone.data(), n, .75f);
  run.keep(w), run.keep(mean), run.keep(variance), run.keep(average), run.keep(alone);
  run.expect(alone == average, "the average depends on where it is taken");
  for (i64 i = 0; i < n; i++) {
    float gradient = .5f * g[i], m = .9f * mean0[i] + .1f * gradient, v = .999f * .01f + .001f * gradient * gradient;
    float x = w0[i] - .01f * m / (std::sqrt(v) + 1e-8f);
    run.expect(mean[i] == m && variance[i] == v && w[i] == x && average[i] == (average0[i] - x) * .75f + x, "weight %lld", i);
  }
}

CASE(batches) {
  int window = 9, rows = 6, width = 45, pitch = 50, from = 3, pitch16 = 48;
  Array<float> numbers = normal(window * pitch, 1), scales = normal(width, 2), means = normal(width, 3), bias = normal(width, 4);
  for (float& v : numbers) v = std::round(v * 64) / 64;                  // a half and a bfloat16 hold them
  numbers[5 * pitch + from + 44] = INFINITY, numbers[2 * pitch + 1] = NAN;      // the NaN is not among the columns
  Array<u16> halves(numbers.size()), brains(numbers.size());
  for (size_t i = 0; i < numbers.size(); i++)
    if (numbers[i] == numbers[i]) halves[i] = toHalf(numbers[i]), brains[i] = toBfloat16(numbers[i]);
  Array<u32> indices{8, 5, 0, 2, 3, 8}, broken(1);
  Array<float> first;
  for (int type = 0; type < 3; type++)
    for (int layerNorm = 0; layerNorm < 2; layerNorm++) {
      const void* data = type == 0 ? (void*)numbers.data() : type == 1 ? halves.data() : brains.data();
      Array<float> x(rows * width, NAN), centred(rows * width, NAN);
      Array<u16> centred16(rows * pitch16, 7);
      broken[0] = 0;
      run.launch("gather_rows", rows, 64, data, indices.data(), scales.data(), means.data(), bias.data(), x.data(), centred.data(),
                 centred16.data(), broken.data(), width, from, pitch, pitch16, type, layerNorm);
      run.keep(x), run.keep(centred), run.keep(centred16), run.keep(broken);
      run.expect(broken[0] == 2, "row 1 is broken, not %x", broken[0]);
      for (int r = 0; r < rows; r++) {
        if (r == 1) continue;
        const float* row = &numbers[indices[r] * pitch + from];
        double mean = 0, squares = 0;
        for (int j = 0; j < width; j++) mean += row[j];
        mean /= width;
        for (int j = 0; j < width; j++) squares += (row[j] - mean) * (row[j] - mean);
        double sigma = std::sqrt(squares / (width - 1)) + 1e-5;
        for (int j = 0; j < pitch16; j++) {
          int i = r * width + j;
          if (j < width) {
            double v = layerNorm ? (row[j] - mean) / sigma : row[j];
            run.near(x[i], scales[j] * (v - means[j]), 1e-6, "x", i);
            run.near(centred[i], scales[j] * (v - means[j]) - bias[j], 1e-6, "centred", i);
          }
          run.expect(centred16[r * pitch16 + j] == (j < width ? toBfloat16(centred[i]) : 0), "bfloat16 of row %d, column %d", r, j);
        }
      }
    }
  Array<float> x = normal(rows * width, 9);
  Array<u16> cast(rows * pitch16, 7), minus(rows * pitch16, 7);
  run.launch("cast16", 2, 64, x.data(), nullptr, cast.data(), i64(rows), width, pitch16);
  run.launch("cast16", 2, 64, x.data(), bias.data(), minus.data(), i64(rows), width, pitch16);
  run.keep(cast), run.keep(minus);
  for (int i = 0; i < rows * pitch16; i++) {
    int j = i % pitch16, r = i / pitch16;
    run.expect(cast[i] == (j < width ? toBfloat16(x[r * width + j]) : 0) && minus[i] == (j < width ? toBfloat16(x[r * width + j] - bias[j]) : 0), "cast %d", i);
  }
  run.expect(toBfloat16(1.00390625f) == 0x3f80 && toBfloat16(1.01171875f) == 0x3f82 && toBfloat16(NAN) == 0x7fc0 && fromHalf(1) == ldexpf(1, -24) &&
                 fromHalf(0xfc00) == -INFINITY, "conversions");
}

CASE(products) {
  struct { int m, n, inner, lda, ldb, ldc; bool bias, add; } shapes[] = {{64, 48, 40, 40, 40, 48, true, false}, {130, 140, 33, 35, 37, 141, true, true},
                                                                        {3, 200, 8, 8, 8, 200, false, true}, {1, 1, 1, 1, 1, 1, false, false}};
  for (auto& s : shapes)
    for (int kind = 0; kind < 3; kind++) {
      const char* name = kind == 0 ? "product_nt" : kind == 1 ? "product_nn" : "product_tn";
      int lda = kind == 2 ? s.m + s.lda - s.inner : s.lda, ldb = kind == 0 ? s.ldb : s.n + s.ldb - s.inner;
      Array<float> a = normal(size_t(std::max(s.m, s.inner)) * std::max(lda, s.lda), 1), b = normal(size_t(std::max(s.n, s.inner)) * std::max(ldb, s.ldb), 2),
                   bias = normal(s.n, 3), c = normal(size_t(s.m) * s.ldc, 4), before = c;
      run.launch(name, dim3(over(s.n, 128), over(s.m, 128)), 256, a.data(), b.data(), s.bias ? bias.data() : nullptr, c.data(), s.m, s.n, s.inner, lda,
                 ldb, s.ldc, int(s.add));
      run.keep(c);
      if (!run.checks()) continue;
      for (int i = 0; i < s.m; i++)
        for (int j = 0; j < s.ldc; j++) {
          float sum = s.add || j >= s.n ? before[size_t(i) * s.ldc + j] : 0;
          for (int k = 0; k < s.inner && j < s.n; k++)
            sum = fmaf(kind == 2 ? a[size_t(k) * lda + i] : a[size_t(i) * lda + k], kind == 0 ? b[size_t(j) * ldb + k] : b[size_t(k) * ldb + j], sum);
          if (s.bias && j < s.n) sum += bias[j];
          run.expect(c[size_t(i) * s.ldc + j] == sum, "%s: [%d, %d] should be %.9g, is %.9g", name, i, j, sum, c[size_t(i) * s.ldc + j]);
        }
    }
}

CASE(tensor_products) {
  struct { int m, n, words, ld; } shapes[] = {{130, 70, 40, 44}, {5, 140, 17, 20}};
  for (auto& s : shapes)
    for (bool tf32 : {false, true}) {
      Array<u32> a(size_t(s.m) * s.ld), b(size_t(s.n) * s.ld);
      Array<float> bias = normal(s.n, 3), c(size_t(s.m) * (s.n + 3), 7), x = normal(2 * a.size(), 1), y = normal(2 * b.size(), 2);
      auto fill = [&](Array<u32>& to, const Array<float>& from) {
        for (size_t i = 0; i < to.size(); i++) to[i] = tf32 ? u32(emu::toBits(from[i])) : toBfloat16(from[2 * i]) | u32(toBfloat16(from[2 * i + 1])) << 16;
      };
      fill(a, x), fill(b, y);
      auto number = [&](const Array<u32>& of, int row, int k) {
        if (!tf32) return double(fromBfloat16(u16(of[size_t(row) * s.ld + k / 2] >> (k % 2 * 16))));
        return double(__uint_as_float((of[size_t(row) * s.ld + k] + 0x1000) & 0xffffe000));
      };
      run.launch(tf32 ? "product_tf32" : "product_bf16", dim3(over(s.n, 128), over(s.m, 128)), 256, a.data(), b.data(), bias.data(), c.data(), s.m, s.n,
                 s.words, s.ld, s.ld, s.n + 3);
      run.keep(c);
      if (!run.checks()) continue;
      for (int i = 0; i < s.m; i++)
        for (int j = 0; j < s.n + 3; j++) {
          double sum = j < s.n ? bias[j] : 7;
          for (int k = 0; k < (tf32 ? 1 : 2) * s.words && j < s.n; k++) sum += number(a, i, k) * number(b, j, k);
          run.near(c[size_t(i) * (s.n + 3) + j], sum, 3e-6, tf32 ? "tf32" : "bfloat16", i * s.n + j);
        }
    }
}
