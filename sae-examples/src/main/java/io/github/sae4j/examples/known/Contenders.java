package io.github.sae4j.examples.known;

import io.github.sae4j.train.Resampling;
import io.github.sae4j.variant.AbsTopK;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.KSparse;
import io.github.sae4j.variant.Matryoshka;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluL1.Weighting;
import io.github.sae4j.variant.ReluLp;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.SigmoidKl.Divergence;
import io.github.sae4j.variant.TopK;
import java.util.List;

/**
 * The contenders of each study, each with the best settings found for it:
 *
 * <ul>
 *   <li>{@code b_dec} starts from zero, so that features that fire often do not shift it;
 *   <li>TopK gets more latents than features fire on average, since rows differ and unneeded ones
 *       stay at zero, and its encoder is the transposed decoder, which keeps those zeros zero;
 *   <li>JumpReLU's and ReLU + Lp's encoders are the transposed decoders, too, if features are rare
 *       and not orthogonal: a free encoder can settle with latents that mix two of them;
 *   <li>AbsTopK has no zeros to spare, and gets as many latents as features fire;
 *   <li>the prefixes of a Matryoshka SAE are long: a prefix shorter than the number of features has
 *       to mix them; and its learning rate is twice TopK's if features have children: a smaller one
 *       can leave a child in its parent's latent, and another latent that removes it where the
 *       parent is alone;
 *   <li>weak latents are resampled if there are no spare latents: a latent that two features share,
 *       or that fires where two others do, leaves a feature without a latent;
 *   <li>a sigmoid's decoder rows are at most as long as one feature's part of a row: longer ones
 *       leave its codes in the nearly straight middle of the curve, where a rotation of features
 *       costs little.
 * </ul>
 */
final class Contenders {
  private static final double AUX = KSparse.AUX_COEFFICIENT;
  private static final double BANDWIDTH = .01;

  private Contenders() {}

  /** 16 orthogonal features in 32 dimensions; 4 fire per row. */
  static List<Contender> tutorial() {
    int n = 16;
    int aux = 2;
    List<Contender> all =
        List.of(
            Contender.of("ReLU + L1", new ReluL1(.1, Weighting.PLAIN)).fromZero(),
            Contender.of("ReLU + L1, decoder norms", new ReluL1(.1, Weighting.DECODER_NORM))
                .fromZero(),
            Contender.of("ReLU + Lp", new ReluLp(.05, 1, .5)).fromZero(),
            Contender.of("TopK", new TopK(6, aux, AUX)).tied().fromZero().learningRate(1e-2),
            Contender.of("Multi-TopK", new TopK(6, aux, AUX, true))
                .tied()
                .fromZero()
                .learningRate(1e-2),
            Contender.of("AbsTopK", new AbsTopK(4, aux, AUX)).tied().fromZero().learningRate(3e-2),
            Contender.of("BatchTopK", new BatchTopK(4, aux, AUX)).fromZero(),
            Contender.of(
                    "Matryoshka of BatchTopK",
                    new Matryoshka(new BatchTopK(4, aux, AUX), List.of(n - 1, n), false))
                .fromZero(),
            Contender.of("JumpReLU", jump(JumpRelu.Sparsity.STEP).withSparsitySetting(.1))
                .fromZero(),
            Contender.of("JumpReLU, tanh", jump(JumpRelu.Sparsity.TANH)).fromZero(),
            Contender.of("Gated", new Gated(.1)).fromZero(),
            sigmoid(4, n).learningRate(.1));
    return all.stream().map(each -> each.resampled(weak(100, 6), 20_000)).toList();
  }

  /** 32 features in 28 dimensions, Zipf's rates, a hierarchy; 0.68 fire per row. */
  static List<Contender> hard() {
    int n = 32;
    int aux = 4;
    List<Contender> all =
        List.of(
            Contender.of("ReLU + L1", new ReluL1(.1, Weighting.PLAIN)).byCoefficient(),
            Contender.of("ReLU + L1, decoder norms", new ReluL1(.1, Weighting.DECODER_NORM))
                .byCoefficient(),
            Contender.of("ReLU + Lp", new ReluLp(.2, 1, .5)).tied().byCoefficient(),
            Contender.of("TopK", new TopK(3, aux, AUX)).tied(),
            Contender.of("Multi-TopK", new TopK(3, aux, AUX, true)).tied(),
            Contender.of("AbsTopK", new AbsTopK(2, aux, AUX)).tied(),
            Contender.of("BatchTopK", new BatchTopK(1, aux, AUX)).tied(),
            Contender.of(
                    "Matryoshka of TopK",
                    new Matryoshka(new TopK(3, aux, AUX), List.of(n - 1, n), false))
                .tied()
                .learningRate(2e-2),
            Contender.of("JumpReLU", jump(JumpRelu.Sparsity.STEP)).tied().learningRate(5e-3),
            Contender.of("JumpReLU, tanh", jump(JumpRelu.Sparsity.TANH)).tied().learningRate(5e-3),
            Contender.of("Gated", new Gated(.1)),
            sigmoid(.68, n).learningRate(.1));
    return all.stream().map(each -> each.fromZero().resampled(weak(200, 8), 50_000)).toList();
  }

  /** 512 latents for 1,024 features in 256 dimensions; 10.7 fire per row. */
  static List<Contender> benchmark() {
    int n = 512;
    int k = 10;
    int aux = 128;
    List<Contender> all =
        List.of(
            Contender.of("ReLU + L1", new ReluL1(.1, Weighting.PLAIN)),
            Contender.of("ReLU + L1, decoder norms", new ReluL1(.1, Weighting.DECODER_NORM)),
            Contender.of("ReLU + Lp", new ReluLp(.05, 1, .5)),
            Contender.of("TopK", new TopK(k, aux, AUX)),
            Contender.of("Multi-TopK", new TopK(k, aux, AUX, true)),
            Contender.of("AbsTopK", new AbsTopK(k, aux, AUX)),
            Contender.of("BatchTopK", new BatchTopK(k, aux, AUX)),
            Contender.of("Matryoshka of BatchTopK", Matryoshka.of(new BatchTopK(k, aux, AUX), n)),
            Contender.of("JumpReLU", jump(JumpRelu.Sparsity.STEP)),
            Contender.of("JumpReLU, tanh", steepTanh()),
            Contender.of("Gated", new Gated(.1)),
            Contender.of("sigmoid + KL", new SigmoidKl((double) k / n, .3))
                .with(config -> config.unitNormDecoder(true))
                .fromZero()
                .learningRate(.03));
    return all.stream().map(each -> each.resampled(new Resampling(1_000, 5), 500_000)).toList();
  }

  private static Resampling weak(int everySteps, int times) {
    return new Resampling(everySteps, times, Resampling.Latents.WEAK);
  }

  private static JumpRelu jump(JumpRelu.Sparsity sparsity) {
    return new JumpRelu(.01, sparsity, 0, BANDWIDTH, JumpRelu.PRE_ACTIVATION_COEFFICIENT);
  }

  /**
   * Activations are small if many latents fire, so the scale lies between the usual 4 and 64, which
   * is 4·√nIn.
   */
  private static JumpRelu steepTanh() {
    return new JumpRelu(
        .01, JumpRelu.Sparsity.TANH, 0, BANDWIDTH, JumpRelu.PRE_ACTIVATION_COEFFICIENT, 16);
  }

  /**
   * Returns a variant whose decoder rows have norms of at most 1/√L0, which is what each of L0
   * orthogonal features contributes to a row.
   *
   * @param l0 number of features that fire per row
   */
  private static Contender sigmoid(double l0, int nLatents) {
    return Contender.of(
            "sigmoid + KL",
            new SigmoidKl(l0 / nLatents, .3, Divergence.KULLBACK_LEIBLER, 0, 1 / Math.sqrt(l0)))
        .fromZero();
  }
}
