package io.github.sae4j.variant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Every variant with each branch of its settings, for tests that apply to all variants. A new
 * variant must be added here.
 */
public final class VariantExamples {
  private VariantExamples() {}

  /**
   * Returns all examples.
   *
   * @param nIn width of rows, at least 2, which the crosscoder's sources divide
   * @param nLatents number of latents, at least 6
   */
  public static Stream<Variant> all(int nIn, int nLatents) {
    return Stream.concat(differentiable(nIn, nLatents), others(nLatents));
  }

  /** Returns one example per class, the last in {@link #all}, for slow tests. */
  public static Stream<Variant> ofEachClass(int nIn, int nLatents) {
    Map<Class<?>, Variant> last = new LinkedHashMap<>();
    all(nIn, nLatents).forEach(variant -> last.put(variant.getClass(), variant));
    return last.values().stream();
  }

  /** Returns the variants whose gradients are those of their losses. */
  public static Stream<Variant> differentiable(int nIn, int nLatents) {
    return Stream.of(
        new TopK(3, 0, 0),
        new TopK(2, 0, 0, true),
        new AbsTopK(3, 0, 0),
        new BatchTopK(3, 0, 0),
        new Matryoshka(new TopK(4, 0, 0), prefixes(nLatents), false),
        new Matryoshka(new BatchTopK(4, 0, 0), List.of(1, nLatents), false),
        new ReluL1(.3, ReluL1.Weighting.PLAIN),
        new ReluL1(.3, ReluL1.Weighting.DECODER_NORM),
        new ReluL1(.3, ReluL1.Weighting.DECODER_NORM, false, List.of(nIn / 2, nIn - nIn / 2)),
        new ReluLp(.3, 1, 1),
        new ReluLp(.3, .5, .5),
        new SigmoidKl(.05, .7),
        new SigmoidKl(.05, .7, SigmoidKl.Divergence.JENSEN_SHANNON, 0),
        new Bottleneck(Bottleneck.Activation.LINEAR),
        new Bottleneck(Bottleneck.Activation.RELU),
        new Bottleneck(Bottleneck.Activation.TANH));
  }

  /** Returns the variants whose gradients are defined in other ways, or that change in training. */
  private static Stream<Variant> others(int nLatents) {
    return Stream.of(
        new TopK(3, 2, .5),
        new TopK(2, 5, .5, true),
        new AbsTopK(2, 5, .5),
        new BatchTopK(3, 2, .5),
        new Matryoshka(new BatchTopK(4, 2, .5), prefixes(nLatents), false),
        new Matryoshka(new TopK(2, 0, .5), prefixes(nLatents), true),
        new ReluL1(.3, ReluL1.Weighting.PLAIN, true, List.of()),
        new ReluLp(.3, 1, .25),
        new SigmoidKl(.05, .7, SigmoidKl.Divergence.KULLBACK_LEIBLER, .8),
        new SigmoidKl(.05, .7, SigmoidKl.Divergence.JENSEN_SHANNON, .9, 1),
        new JumpRelu(.3, JumpRelu.Sparsity.STEP, 0, .6, .1),
        new JumpRelu(.3, JumpRelu.Sparsity.TANH, 0, .6, .1),
        new JumpRelu(.3, JumpRelu.Sparsity.QUADRATIC, 2, .6, .1),
        new Gated(.3));
  }

  private static List<Integer> prefixes(int nLatents) {
    return List.of(nLatents / 4, nLatents / 2, nLatents);
  }
}
