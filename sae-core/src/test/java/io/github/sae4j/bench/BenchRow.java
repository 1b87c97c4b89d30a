package io.github.sae4j.bench;

import io.github.sae4j.product.Precision;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One thing that is measured.
 *
 * @param k active latents of topk; 0 for ReLU
 * @param l0 latents that are active at the start with ReLU; 0 for topk
 * @param trains whether whole steps are measured, and not encoding alone
 */
record BenchRow(
    String name, int nIn, int nLatents, int k, int l0, Precision precision, boolean trains) {
  static final int BATCH = 4096;

  /** Too small to push L0 down, as in the PyTorch program. */
  private static final double LAMBDA = 1e-6;

  /** The table of the benchmark. */
  static final List<BenchRow> TABLE =
      List.of(
          topK("topk-768-12288-f32", 768, 12_288, 32, Precision.FLOAT32),
          topK("topk-768-12288-bf16", 768, 12_288, 32, Precision.BFLOAT16),
          topK("topk-512-4096-f32", 512, 4096, 32, Precision.FLOAT32),
          topK("topk-512-4096-bf16", 512, 4096, 32, Precision.BFLOAT16),
          topK("topk-384-8192-f32", 384, 8192, 64, Precision.FLOAT32),
          relu("relu-sparse-f32", 64, Precision.FLOAT32),
          relu("relu-dense-bf16", 12_288 / 2, Precision.BFLOAT16),
          new BenchRow("encode-768-12288-f32", 768, 12_288, 32, 0, Precision.FLOAT32, false));

  /** How time grows with the dictionary. */
  static final List<BenchRow> SCALING =
      List.of(
          topK("scaling-8192", 768, 8192, 32, Precision.FLOAT32),
          topK("scaling-65536", 768, 65_536, 32, Precision.FLOAT32));

  private static BenchRow topK(String name, int nIn, int nLatents, int k, Precision precision) {
    return new BenchRow(name, nIn, nLatents, k, 0, precision, true);
  }

  private static BenchRow relu(String name, int l0, Precision precision) {
    return new BenchRow(name, 768, 12_288, 0, l0, precision, true);
  }

  /** The row of this name. */
  static BenchRow named(String name) {
    return Stream.concat(TABLE.stream(), SCALING.stream())
        .filter(row -> row.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no row '" + name + "'"));
  }

  /**
   * Rows of the table.
   *
   * @param list numbers from 1, or names, with commas between
   * @throws IllegalArgumentException if there is no such row; says which there are
   */
  static List<BenchRow> select(String list) {
    List<BenchRow> chosen = new ArrayList<>();
    for (String item : list.split(",", -1)) {
      int number = item.matches("\\d{1,4}") ? Integer.parseInt(item) : 0;
      if (number >= 1 && number <= TABLE.size()) {
        chosen.add(TABLE.get(number - 1));
      } else {
        chosen.add(
            TABLE.stream()
                .filter(row -> row.name.equals(item))
                .findFirst()
                .orElseThrow(() -> unknown(item)));
      }
    }
    return chosen;
  }

  private static IllegalArgumentException unknown(String item) {
    return new IllegalArgumentException(
        "there is no row '%s'; rows are 1 to %d: %s"
            .formatted(
                item,
                TABLE.size(),
                TABLE.stream().map(BenchRow::name).collect(Collectors.joining(", "))));
  }

  /** AuxK is off: no latent of a benchmark is dead. */
  Variant variant() {
    return k > 0 ? new TopK(k, 0, 0) : new ReluL1(LAMBDA, ReluL1.Weighting.PLAIN);
  }
}
