package io.github.sae4j.variant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.HostEngine;
import io.github.sae4j.engine.Nd4jEngine;
import java.util.BitSet;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ObjectiveTest {
  private static final int ROWS = 6;
  private static final int N_IN = 5;
  private static final int N_LATENTS = 12;
  private static final BitSet NONE_DEAD = new BitSet();

  private final Engine engine = new Nd4jEngine();

  static Stream<Variant> variants() {
    return Stream.of(
        new TopK(3, 0, 0),
        new ReluL1(.3, ReluL1.Weighting.PLAIN),
        new ReluL1(.3, ReluL1.Weighting.DECODER_NORM),
        new SigmoidKl(.05, .7));
  }

  @Test
  void lossByHand() {
    // nIn = 2, two latents that read and write one axis each
    SaeParameters p =
        new SaeParameters(
            doubles(new double[][] {{1, 0}, {0, 1}}).dup('f'),
            Nd4j.createFromArray(0.0, -1.0),
            doubles(new double[][] {{1, 0}, {0, 2}}),
            Nd4j.createFromArray(1.0, 0.0));
    INDArray x = doubles(new double[][] {{3, 2}, {1, 0}});
    // codes: (3−1, 2−1) = (2, 1); (0, −1) -> none. x̂ = (3, 2); (1, 0): exact
    SaeParameters gradients = zerosLike(p);
    LossTerms loss =
        evaluate(engine, x, p, new ReluL1(.1, ReluL1.Weighting.DECODER_NORM), NONE_DEAD, gradients);
    assertEquals(0, loss.reconstruction(), 1e-15);
    // .1·(2·1 + 1·2) over two rows
    assertEquals(.2, loss.sparsity(), 1e-12);
    assertEquals(1.0, loss.codes().l0());
    // .1·Σf_1 = .2 along the first row, .1·Σf_2 = .1 along the second
    assertEquals(.2, gradients.wDec().getDouble(0, 0), 1e-12);
    assertEquals(.1, gradients.wDec().getDouble(1, 1), 1e-12);
    // .1·‖W_dec,i‖ through each active latent
    assertEquals(.1, gradients.bEnc().getDouble(0), 1e-12);
    assertEquals(.2, gradients.bEnc().getDouble(1), 1e-12);
  }

  @Test
  void klByHand() {
    SaeParameters p =
        new SaeParameters(
            doubles(new double[][] {{0, 0}}).dup('f'),
            Nd4j.createFromArray(0.0, Math.log(3)),
            doubles(new double[][] {{0}, {0}}),
            Nd4j.createFromArray(0.0));
    LossTerms loss =
        evaluate(
            engine,
            doubles(new double[][] {{1}, {2}}),
            p,
            new SigmoidKl(.25, 2),
            NONE_DEAD,
            zerosLike(p));
    // rates .5 and .75: KL(.25‖.5) = .25·ln.5 + .75·ln1.5, KL(.25‖.75) = .25·ln(1/3) + .75·ln3
    double expected =
        2
            * (.25 * Math.log(.5)
                + .75 * Math.log(1.5)
                + .25 * Math.log(1 / 3.0)
                + .75 * Math.log(3));
    assertEquals(expected, loss.sparsity(), 1e-12);
    assertEquals((1 + 4) / 2.0, loss.reconstruction(), 1e-12);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void gradientsAreThoseOfTheLoss(Variant variant) {
    SaeParameters p = randomParameters(11, DataType.DOUBLE);
    INDArray x = Nd4j.randn(DataType.DOUBLE, ROWS, N_IN);
    SaeParameters gradients = zerosLike(p);
    evaluate(engine, x, p, variant, NONE_DEAD, gradients);
    SaeParameters ignored = zerosLike(p);
    assertGradients(
        p, gradients, q -> ROWS * evaluate(engine, x, q, variant, NONE_DEAD, ignored).total());
  }

  @Test
  void auxKGradientsAreThoseOfTheLossWithTheErrorHeldConstant() {
    SaeParameters p = randomParameters(12, DataType.DOUBLE);
    INDArray x = Nd4j.randn(DataType.DOUBLE, ROWS, N_IN);
    BitSet dead = new BitSet();
    List.of(1, 4, 7, 8, 11).forEach(dead::set);
    TopK with = new TopK(3, 2, .5);
    Objective objective = new Objective(engine);

    SaeParameters all = zerosLike(p);
    LossTerms loss = evaluate(engine, x, p, with, dead, all);
    assertTrue(loss.auxiliary() > 0);
    SaeParameters main = zerosLike(p);
    evaluate(engine, x, p, new TopK(3, 0, 0), NONE_DEAD, main);
    SaeParameters auxiliary =
        new SaeParameters(
            all.wEnc().sub(main.wEnc()).dup('f'),
            all.bEnc().sub(main.bEnc()),
            all.wDec().sub(main.wDec()),
            all.bDec().sub(main.bDec()));

    INDArray error = objective.decode(objective.encode(x, p, with).codes(), p).subi(x);
    assertGradients(p, auxiliary, q -> ROWS * auxiliaryLoss(x, error, q, dead, 2, .5));
    assertEquals(auxiliaryLoss(x, error, p, dead, 2, .5), loss.auxiliary(), 1e-10);
  }

  /** α·(Var x/Var e)·mean ‖z·W_dec − e‖², with plain loops and a given error. */
  private static double auxiliaryLoss(
      INDArray x, INDArray error, SaeParameters p, BitSet dead, int k, double alpha) {
    INDArray pre = x.subRowVector(p.bDec()).mmul(p.wEnc()).addRowVector(p.bEnc());
    double sum = 0;
    for (int b = 0; b < ROWS; b++) {
      int row = b;
      INDArray rest = error.getRow(b).dup();
      dead.stream()
          .boxed()
          .sorted((i, j) -> Double.compare(pre.getDouble(row, j), pre.getDouble(row, i)))
          .limit(k)
          .filter(j -> pre.getDouble(row, j) > 0)
          .forEach(j -> rest.addi(p.wDec().getRow(j).mul(pre.getDouble(row, j))));
      sum += rest.mul(rest).sumNumber().doubleValue();
    }
    double variances =
        x.subRowVector(x.mean(0)).norm2Number().doubleValue()
            / error.subRowVector(error.mean(0)).norm2Number().doubleValue();
    return alpha * variances * variances * sum / ROWS;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void hostEngineGivesTheSameGradientsInFloat(Variant variant) {
    SaeParameters p = randomParameters(13, DataType.DOUBLE);
    INDArray x = Nd4j.randn(DataType.DOUBLE, ROWS, N_IN);
    BitSet dead = new BitSet();
    dead.set(2, 6);
    Variant tested = variant instanceof TopK ? new TopK(3, 2, .5) : variant;
    SaeParameters expected = zerosLike(p);
    LossTerms exact = evaluate(engine, x, p, tested, dead, expected);
    SaeParameters q =
        new SaeParameters(
            toFloat(p.wEnc()).dup('f'), toFloat(p.bEnc()), toFloat(p.wDec()), toFloat(p.bDec()));
    SaeParameters actual = zerosLike(q);
    LossTerms loss = evaluate(new HostEngine(), x.castTo(DataType.FLOAT), q, tested, dead, actual);
    assertEquals(exact.total(), loss.total(), 1e-4 * exact.total());
    assertEquals(exact.codes().fired(), loss.codes().fired());
    assertEquals(exact.codes().activations(), loss.codes().activations());
    assertClose(expected.wEnc(), actual.wEnc());
    assertClose(expected.bEnc(), actual.bEnc());
    assertClose(expected.wDec(), actual.wDec());
    assertClose(expected.bDec(), actual.bDec());
  }

  /** The loss, and its gradients written down. */
  private static LossTerms evaluate(
      Engine engine,
      INDArray x,
      SaeParameters p,
      Variant variant,
      BitSet dead,
      SaeParameters gradients) {
    Objective.Result result = new Objective(engine).evaluate(x, p, variant, dead);
    result.gradients().write(engine, p, gradients);
    return result.loss();
  }

  private static INDArray toFloat(INDArray array) {
    return array.castTo(DataType.FLOAT);
  }

  private static void assertClose(INDArray expected, INDArray actual) {
    double scale = expected.amaxNumber().doubleValue();
    double distance = expected.sub(actual.castTo(DataType.DOUBLE)).amaxNumber().doubleValue();
    assertTrue(distance <= 1e-5 * scale, distance + " of " + scale);
  }

  private static void assertGradients(
      SaeParameters p, SaeParameters gradients, ToDoubleFunction<SaeParameters> loss) {
    assertGradient("W_enc", p.wEnc(), gradients.wEnc(), p, loss);
    assertGradient("b_enc", p.bEnc(), gradients.bEnc(), p, loss);
    assertGradient("W_dec", p.wDec(), gradients.wDec(), p, loss);
    assertGradient("b_dec", p.bDec(), gradients.bDec(), p, loss);
  }

  private static void assertGradient(
      String name,
      INDArray array,
      INDArray gradient,
      SaeParameters p,
      ToDoubleFunction<SaeParameters> loss) {
    double step = 1e-6;
    for (long i = 0; i < array.length(); i++) {
      double value = array.getDouble(i);
      array.putScalar(i, value + step);
      double above = loss.applyAsDouble(p);
      array.putScalar(i, value - step);
      double below = loss.applyAsDouble(p);
      array.putScalar(i, value);
      double numerical = (above - below) / (2 * step);
      assertEquals(numerical, gradient.getDouble(i), 1e-5 * (1 + Math.abs(numerical)), name + i);
    }
  }

  private static SaeParameters randomParameters(long seed, DataType type) {
    Nd4j.getRandom().setSeed(seed);
    return new SaeParameters(
        Nd4j.randn(type, N_IN, N_LATENTS).dup('f'),
        Nd4j.randn(type, N_LATENTS).muli(.1),
        Nd4j.randn(type, N_LATENTS, N_IN),
        Nd4j.randn(type, N_IN).muli(.1));
  }

  private static SaeParameters zerosLike(SaeParameters p) {
    return new SaeParameters(
        Nd4j.zeros(p.wEnc().dataType(), p.wEnc().shape()).dup('f'),
        Nd4j.zerosLike(p.bEnc()),
        Nd4j.zerosLike(p.wDec()),
        Nd4j.zerosLike(p.bDec()));
  }

  private static INDArray doubles(double[][] values) {
    return Nd4j.createFromArray(values);
  }
}
