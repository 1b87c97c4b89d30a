package io.github.sae4j.variant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.nd4j.HostEngine;
import io.github.sae4j.nd4j.Nd4jEngine;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.nd4j.NdEngine;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.variant.ParameterLayout.Form;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Checks the gradients of every variant: in double precision against numerical ones, if they are
 * those of the loss; and those of the float engine against double precision.
 */
class VariantGradientsTest {
  private static final BitSet NONE_DEAD = new BitSet();
  private final NdEngine engine = new Nd4jEngine();

  /** Variants whose gradients are those of their losses. */
  static Stream<Variant> differentiable() {
    return VariantExamples.differentiable(VariantCase.N_IN, VariantCase.N_LATENTS);
  }

  static Stream<Variant> all() {
    return VariantExamples.all(VariantCase.N_IN, VariantCase.N_LATENTS);
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void gradientsAreThoseOfTheLoss(Variant variant) {
    assertLoss(variant, ParameterLayout.of(VariantCase.N_IN, VariantCase.N_LATENTS, variant));
  }

  @ParameterizedTest
  @MethodSource("differentiable")
  void withTiedWeights(Variant variant) {
    int nIn = VariantCase.N_IN;
    assertLoss(
        variant, new ParameterLayout(nIn, nIn, VariantCase.N_LATENTS, Form.TIED, variant.extras()));
  }

  static Stream<Arguments> transcoders() {
    return differentiable()
        .filter(variant -> !(variant instanceof ReluL1 relu) || relu.sources().isEmpty())
        .flatMap(
            variant ->
                Stream.of(Form.TRANSCODER, Form.SKIP_TRANSCODER)
                    .map(form -> Arguments.of(variant, form)));
  }

  @ParameterizedTest
  @MethodSource("transcoders")
  void ofTranscoders(Variant variant, Form form) {
    int nLatents = VariantCase.N_LATENTS;
    assertLoss(variant, new ParameterLayout(VariantCase.N_IN, 4, nLatents, form, variant.extras()));
  }

  private void assertLoss(Variant variant, ParameterLayout layout) {
    SaeParameters p = VariantCase.parameters(11, layout);
    INDArray x = VariantCase.rows();
    INDArray target =
        layout.form().isTranscoder() ? Nd4j.randn(DataType.DOUBLE, x.size(0), layout.nOut()) : x;
    SaeParameters gradients = VariantCase.zerosLike(p);
    VariantCase.evaluate(engine, x, target, p.copy(), variant, NONE_DEAD, gradients);
    SaeParameters ignored = VariantCase.zerosLike(p);
    List<String> states = variant.extras().stream().map(Variant.Extra::key).toList();
    VariantCase.assertGradients(
        p,
        gradients,
        q ->
            x.size(0)
                * VariantCase.evaluate(engine, x, target, q, variant, NONE_DEAD, ignored).total(),
        key -> !states.contains(key));
  }

  @ParameterizedTest
  @MethodSource("all")
  void bothEnginesGiveTheSame(Variant variant) {
    SaeParameters p = VariantCase.parameters(13, variant);
    INDArray x = VariantCase.rows();
    BitSet dead = new BitSet();
    dead.set(2, 6);
    SaeParameters q = VariantCase.toFloat(p);
    SaeParameters expected = VariantCase.zerosLike(p);
    LossTerms exact = VariantCase.evaluate(engine, x, p, variant, dead, expected);
    SaeParameters actual = VariantCase.zerosLike(q);
    LossTerms loss =
        VariantCase.evaluate(new HostEngine(), x.castTo(DataType.FLOAT), q, variant, dead, actual);
    assertEquals(exact.total(), loss.total(), 1e-4 * exact.total());
    assertEquals(exact.l0(), loss.l0(), 1e-5 * exact.l0());
    assertEquals(exact.codes().fired(), loss.codes().fired());
    VariantCase.assertClose(expected, actual);
    VariantCase.assertClose(p, q); // the variant's running state
  }

  /** The gate is trained by its own reconstruction, in which the decoder is held constant. */
  @Test
  void gatedHoldsTheDecoderOfItsAuxiliaryLossConstant() {
    Gated gated = new Gated(.3);
    SaeParameters p = VariantCase.parameters(17, gated);
    INDArray x = VariantCase.rows();
    SaeParameters gradients = VariantCase.zerosLike(p);
    LossTerms loss = VariantCase.evaluate(engine, x, p, gated, NONE_DEAD, gradients);
    SaeParameters constant = p.copy();
    assertEquals(gateLoss(x, p, constant), loss.auxiliary(), 1e-10);
    SaeParameters ignored = VariantCase.zerosLike(p);
    VariantCase.assertGradients(
        p,
        gradients,
        q -> {
          LossTerms terms = VariantCase.evaluate(engine, x, q, gated, NONE_DEAD, ignored);
          return x.size(0) * (terms.reconstruction() + terms.sparsity() + gateLoss(x, q, constant));
        });
  }

  /** {@code ‖x − D(ReLU(π))‖²} as a mean over the rows, with plain matrices. */
  private static double gateLoss(INDArray x, SaeParameters q, SaeParameters constant) {
    INDArray pi = x.subRowVector(q.bDec()).mmul(q.wEnc()).addRowVector(q.bEnc());
    INDArray open = pi.mul(pi.gt(0).castTo(DataType.DOUBLE));
    INDArray error = open.mmul(constant.wDec()).addRowVector(constant.bDec()).sub(x);
    return error.mul(error).sumNumber().doubleValue() / x.size(0);
  }

  /**
   * The penalty's slope at the running mean is applied to the batch as if it were the batch's own
   * mean.
   */
  @Test
  void runningRatesPullAsHardAsThoseOfTheBatch() {
    SigmoidKl kl = new SigmoidKl(.05, .7, SigmoidKl.Divergence.KULLBACK_LEIBLER, .8);
    SaeParameters p = VariantCase.parameters(19, kl);
    INDArray before = p.get(SigmoidKl.RATE.key()).dup();
    INDArray x = VariantCase.rows();
    SaeParameters gradients = VariantCase.zerosLike(p);
    VariantCase.evaluate(engine, x, p, kl, NONE_DEAD, gradients);
    Codes codes = new Objective(engine).inference(NdTensor.of(x), p.weights(), kl).codes();
    INDArray batch = engine.sums(codes).divi(codes.rows());
    INDArray running = batch.mul(1 - .8).addi(before.mul(.8));
    Bits.assertSame(running, p.get(SigmoidKl.RATE.key()));
    SaeParameters ignored = VariantCase.zerosLike(p);
    SigmoidKl alone = new SigmoidKl(.05, 0);
    VariantCase.assertGradients(
        p,
        gradients,
        q -> {
          LossTerms terms = VariantCase.evaluate(engine, x, q, alone, NONE_DEAD, ignored);
          Codes codesOfQ =
              new Objective(engine).inference(NdTensor.of(x), q.weights(), alone).codes();
          INDArray means = NdCodes.matrix(codesOfQ).mean(0);
          double pull = 0;
          for (int j = 0; j < means.length(); j++) {
            double r = running.getDouble(j);
            pull += .7 * (.95 / (1 - r) - .05 / r) * means.getDouble(j);
          }
          return x.size(0) * (terms.reconstruction() + pull);
        },
        key -> !key.equals(SigmoidKl.RATE.key()));
  }

  /** Weights and active latents learn as with a constant threshold. */
  @ParameterizedTest
  @MethodSource("sparsities")
  void jumpReluLearnsWeightsAsAnyStep(JumpRelu.Sparsity sparsity) {
    JumpRelu jump = new JumpRelu(.3, sparsity, 2, .05, 0);
    SaeParameters p = VariantCase.parameters(23, jump);
    INDArray x = VariantCase.rows();
    SaeParameters gradients = VariantCase.zerosLike(p);
    VariantCase.evaluate(engine, x, p, jump, NONE_DEAD, gradients);
    SaeParameters ignored = VariantCase.zerosLike(p);
    VariantCase.assertGradients(
        p,
        gradients,
        q -> x.size(0) * VariantCase.evaluate(engine, x, q, jump, NONE_DEAD, ignored).total(),
        key -> !key.equals(JumpRelu.THRESHOLD.key()));
  }

  static Stream<JumpRelu.Sparsity> sparsities() {
    return Stream.of(JumpRelu.Sparsity.values());
  }

  /** The straight-through estimators, row by row and latent by latent. */
  @ParameterizedTest
  @MethodSource("sparsities")
  void thresholdsLearnByTheDefiningFormulas(JumpRelu.Sparsity sparsity) {
    double epsilon = 1.5;
    double lambda = .3;
    JumpRelu jump = new JumpRelu(lambda, sparsity, 2, epsilon, 0, 3);
    SaeParameters p = VariantCase.parameters(29, jump);
    INDArray x = VariantCase.rows();
    SaeParameters gradients = VariantCase.zerosLike(p);
    LossTerms loss = VariantCase.evaluate(engine, x, p, jump, NONE_DEAD, gradients);
    INDArray theta = p.get(JumpRelu.THRESHOLD.key());
    INDArray h = x.subRowVector(p.bDec()).mmul(p.wEnc()).addRowVector(p.bEnc());
    INDArray f = h.dup();
    int rows = (int) x.size(0);
    int active = 0;
    for (int b = 0; b < rows; b++) {
      for (int l = 0; l < VariantCase.N_LATENTS; l++) {
        boolean on = h.getDouble(b, l) > theta.getDouble(l);
        f.putScalar(b, l, on ? h.getDouble(b, l) : 0);
        active += on ? 1 : 0;
      }
    }
    double l0 = (double) active / rows;
    INDArray error = f.mmul(p.wDec()).addRowVector(p.bDec()).sub(x);
    INDArray atF = error.mmul(p.wDec().transpose()).mul(2);
    double slope = // derivative of the sparsity loss with respect to L0
        switch (sparsity) {
          case STEP -> lambda;
          case TANH -> 0;
          case QUADRATIC -> 2 * lambda * (l0 / 2 - 1) / 2;
        };
    int near = 0;
    for (int l = 0; l < VariantCase.N_LATENTS; l++) {
      double expected = 0;
      double t = theta.getDouble(l);
      for (int b = 0; b < rows; b++) {
        if (Math.abs(h.getDouble(b, l) - t) < epsilon / 2) {
          near++;
          double c = jump.tanhScale();
          double tanh = Math.tanh(c * f.getDouble(b, l));
          double byCode = sparsity == JumpRelu.Sparsity.TANH ? lambda * c * (1 - tanh * tanh) : 0;
          expected -= t / epsilon * (atF.getDouble(b, l) + byCode) + slope / epsilon;
        }
      }
      double found = gradients.get(JumpRelu.THRESHOLD.key()).getDouble(l);
      assertEquals(expected, found, 1e-9 * (1 + Math.abs(expected)), "latent " + l);
    }
    assertTrue(near > 5, "no pre-activation near its threshold");
    double sparse =
        switch (sparsity) {
          case STEP -> lambda * l0;
          case TANH -> loss.sparsity(); // checked by the gradients of the weights
          case QUADRATIC -> lambda * (l0 / 2 - 1) * (l0 / 2 - 1);
        };
    assertEquals(sparse, loss.sparsity(), 1e-12);
    assertEquals(l0, loss.l0(), 1e-12);
  }

  /** {@code c·Σ ReLU(θ − h)} over the dead latents. */
  @Test
  void preActivationLossOfDeadLatents() {
    JumpRelu with = new JumpRelu(0, JumpRelu.Sparsity.STEP, 0, 1e-3, .25);
    JumpRelu without = new JumpRelu(0, JumpRelu.Sparsity.STEP, 0, 1e-3, 0);
    SaeParameters p = VariantCase.parameters(31, with);
    INDArray x = VariantCase.rows();
    BitSet dead = new BitSet();
    dead.set(1, 9);
    SaeParameters all = VariantCase.zerosLike(p);
    LossTerms loss = VariantCase.evaluate(engine, x, p, with, dead, all);
    assertEquals(preActivationLoss(x, p, dead), loss.auxiliary(), 1e-10);
    SaeParameters main = VariantCase.zerosLike(p);
    VariantCase.evaluate(engine, x, p, without, dead, main);
    main.wEnc().rsubi(all.wEnc());
    main.bEnc().rsubi(all.bEnc());
    main.wDec().rsubi(all.wDec());
    main.bDec().rsubi(all.bDec());
    main.get(JumpRelu.THRESHOLD.key()).rsubi(all.get(JumpRelu.THRESHOLD.key()));
    VariantCase.assertGradients(p, main, q -> x.size(0) * preActivationLoss(x, q, dead));
  }

  private static double preActivationLoss(INDArray x, SaeParameters p, BitSet dead) {
    INDArray h = x.subRowVector(p.bDec()).mmul(p.wEnc()).addRowVector(p.bEnc());
    double sum = 0;
    for (int b = 0; b < x.size(0); b++) {
      for (int l = dead.nextSetBit(0); l >= 0; l = dead.nextSetBit(l + 1)) {
        double theta = p.get(JumpRelu.THRESHOLD.key()).getDouble(l);
        sum += Math.max(0, theta - h.getDouble(b, l));
      }
    }
    return .25 * sum / x.size(0);
  }

  /** {@code m·‖s·(exp(h)·W_dec) − e‖²} with e, s and m held constant. */
  @Test
  void ghostGradientsOfDeadLatents() {
    ReluL1 with = new ReluL1(0, ReluL1.Weighting.PLAIN, true, List.of());
    ReluL1 without = new ReluL1(0, ReluL1.Weighting.PLAIN);
    SaeParameters p = VariantCase.parameters(37, with);
    INDArray x = VariantCase.rows();
    BitSet dead = new BitSet();
    dead.set(3, 8);
    SaeParameters all = VariantCase.zerosLike(p);
    LossTerms loss = VariantCase.evaluate(engine, x, p, with, dead, all);
    assertEquals(loss.reconstruction(), loss.auxiliary(), 1e-10);
    SaeParameters main = VariantCase.zerosLike(p);
    VariantCase.evaluate(engine, x, p, without, dead, main);
    main.wEnc().rsubi(all.wEnc());
    main.bEnc().rsubi(all.bEnc());
    main.wDec().rsubi(all.wDec());
    main.bDec().rsubi(all.bDec());
    Objective objective = new Objective(engine);
    Tensor rows = NdTensor.of(x);
    Weights weights = p.weights();
    Codes found = objective.forward(rows, weights, without).codes();
    INDArray left = x.sub(NdTensor.array(objective.decode(found, rows, weights))); // e
    INDArray ghost = ghost(x, p, dead);
    INDArray scale = left.norm2(1).div(ghost.norm2(1).mul(2));
    INDArray off = ghost.mulColumnVector(scale).sub(left);
    double m = left.mul(left).sumNumber().doubleValue() / off.mul(off).sumNumber().doubleValue();
    VariantCase.assertGradients(
        p,
        main,
        q -> {
          INDArray difference = ghost(x, q, dead).mulColumnVector(scale).sub(left);
          return m * difference.mul(difference).sumNumber().doubleValue();
        });
  }

  private static INDArray ghost(INDArray x, SaeParameters p, BitSet dead) {
    INDArray h = x.subRowVector(p.bDec()).mmul(p.wEnc()).addRowVector(p.bEnc());
    INDArray z = Nd4j.zeros(DataType.DOUBLE, h.shape());
    for (int b = 0; b < x.size(0); b++) {
      for (int l = dead.nextSetBit(0); l >= 0; l = dead.nextSetBit(l + 1)) {
        z.putScalar(b, l, Math.exp(h.getDouble(b, l)));
      }
    }
    return z.mmul(p.wDec());
  }
}
