package io.github.sae4j.variant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.nd4j.Nd4jEngine;
import io.github.sae4j.nd4j.NdTensor;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ObjectiveTest {
  private static final int ROWS = VariantCase.ROWS;
  private static final BitSet NONE_DEAD = new BitSet();

  private final Engine engine = new Nd4jEngine();

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
    SaeParameters gradients = VariantCase.zerosLike(p);
    LossTerms loss =
        VariantCase.evaluate(
            engine, x, p, new ReluL1(.1, ReluL1.Weighting.DECODER_NORM), NONE_DEAD, gradients);
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
        VariantCase.evaluate(
            engine,
            doubles(new double[][] {{1}, {2}}),
            p,
            new SigmoidKl(.25, 2),
            NONE_DEAD,
            VariantCase.zerosLike(p));
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

  @Test
  void auxKGradientsAreThoseOfTheLossWithTheErrorHeldConstant() {
    TopK with = new TopK(3, 2, .5);
    SaeParameters p = VariantCase.parameters(12, with);
    INDArray x = VariantCase.rows();
    BitSet dead = new BitSet();
    List.of(1, 4, 7, 8, 11).forEach(dead::set);
    Objective objective = new Objective(engine);

    SaeParameters all = VariantCase.zerosLike(p);
    LossTerms loss = VariantCase.evaluate(engine, x, p, with, dead, all);
    assertTrue(loss.auxiliary() > 0);
    SaeParameters main = VariantCase.zerosLike(p);
    VariantCase.evaluate(engine, x, p, new TopK(3, 0, 0), NONE_DEAD, main);
    SaeParameters auxiliary =
        new SaeParameters(
            all.wEnc().sub(main.wEnc()).dup('f'),
            all.bEnc().sub(main.bEnc()),
            all.wDec().sub(main.wDec()),
            all.bDec().sub(main.bDec()));

    Tensor rows = NdTensor.of(x);
    Weights weights = p.weights();
    INDArray error =
        NdTensor.array(
                objective.decode(objective.forward(rows, weights, with).codes(), rows, weights))
            .subi(x);
    VariantCase.assertGradients(p, auxiliary, q -> ROWS * auxiliaryLoss(x, error, q, dead, 2, .5));
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

  private static INDArray doubles(double[][] values) {
    return Nd4j.createFromArray(values);
  }
}
