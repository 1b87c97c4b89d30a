package io.github.sae4j.cli;

import io.github.sae4j.variant.AbsTopK;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.KSparse;
import io.github.sae4j.variant.Matryoshka;
import io.github.sae4j.variant.TopK;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of the variants with a fixed number of active latents. */
@Section("Sparsity")
final class KSparseOptions {

  @Option(
      names = "--k",
      paramLabel = "N",
      description =
          "topk, batch-topk, abs-topk, matryoshka: active latents per row (default: {default}).")
  @Within(from = 1)
  private Integer k;

  @Option(
      names = "--k-aux",
      paramLabel = "N",
      description =
          "topk, batch-topk, abs-topk, matryoshka: number of dead latents that learn from a row's error, 0 for none (default: half the width, at most all latents).")
  @Within(from = 0)
  private Integer kAux;

  @Option(
      names = "--multi-topk",
      description = "topk: add the reconstruction loss with 4k latents, at a small weight.")
  private boolean multi;

  @Option(
      names = "--inner",
      paramLabel = "NAME",
      description =
          "matryoshka: how latents are selected, batch-topk or topk (default: {default}).")
  private String inner;

  @Option(
      names = "--prefixes",
      paramLabel = "N:N",
      description =
          "matryoshka: sizes of the nested dictionaries (default: 1/16, 1/8, 1/4, 1/2 and all of the latents).")
  private Sizes prefixes;

  @Option(
      names = "--sample-prefixes",
      description = "matryoshka: redraw the prefixes at each step.")
  private boolean samplePrefixes;

  /** Takes k from a run. */
  void takeK(int own) {
    k = own;
  }

  int k() {
    return k == null ? SparsityOptions.DEFAULT_K : k;
  }

  private int kAux(DictionaryShape shape) {
    return kAux == null ? Math.min(Math.max(1, shape.width() / 2), shape.nLatents()) : kAux;
  }

  TopK topK(DictionaryShape shape) {
    return new TopK(k(), kAux(shape), KSparse.AUX_COEFFICIENT, multi);
  }

  BatchTopK batchTopK(DictionaryShape shape) {
    return new BatchTopK(k(), kAux(shape), KSparse.AUX_COEFFICIENT);
  }

  AbsTopK absTopK(DictionaryShape shape) {
    return new AbsTopK(k(), kAux(shape), KSparse.AUX_COEFFICIENT);
  }

  Matryoshka matryoshka(DictionaryShape shape) {
    KSparse selecting = inner(shape);
    List<Integer> sizes =
        prefixes == null
            ? Matryoshka.of(selecting, shape.nLatents()).prefixes()
            : prefixes.values();
    return new Matryoshka(selecting, sizes, samplePrefixes);
  }

  /** Returns the inner variant of a Matryoshka SAE. */
  private KSparse inner(DictionaryShape shape) {
    VariantKind kind = inner == null ? VariantKind.BATCH_TOPK : VariantKind.parse("--inner", inner);
    return switch (kind) {
      case TOPK -> topK(shape);
      case BATCH_TOPK -> batchTopK(shape);
      default ->
          throw new IllegalArgumentException(
              "--inner must be topk or batch-topk, got '" + inner + "'");
    };
  }
}
