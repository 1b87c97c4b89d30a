package io.github.sae4j.variant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.nd4j.NdTensor;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Small random SAEs, with checks of their gradients. */
final class VariantCase {
  static final int ROWS = 6;
  static final int N_IN = 5;
  static final int N_LATENTS = 12;

  private VariantCase() {}

  /** Returns the loss and writes out its gradients. */
  static LossTerms evaluate(
      Engine engine,
      INDArray x,
      SaeParameters p,
      Variant variant,
      BitSet dead,
      SaeParameters gradients) {
    return evaluate(engine, x, x, p, variant, dead, gradients);
  }

  static LossTerms evaluate(
      Engine engine,
      INDArray x,
      INDArray target,
      SaeParameters p,
      Variant variant,
      BitSet dead,
      SaeParameters gradients) {
    Tensor input = NdTensor.of(x);
    Objective.Result result =
        new Objective(engine)
            .evaluate(
                input,
                target == x ? input : NdTensor.of(target),
                p.weights(),
                variant,
                Latents.of(dead));
    result.gradients().write(engine, p.weights(), gradients.weights());
    return result.loss();
  }

  /** Returns rows in double precision. */
  static INDArray rows() {
    return Nd4j.randn(DataType.DOUBLE, ROWS, N_IN);
  }

  /** Returns random parameters of an autoencoder in double precision. */
  static SaeParameters parameters(long seed, Variant variant) {
    return parameters(seed, ParameterLayout.of(N_IN, N_LATENTS, variant));
  }

  static SaeParameters parameters(long seed, ParameterLayout layout) {
    Nd4j.getRandom().setSeed(seed);
    SaeParameters p = empty(layout, DataType.DOUBLE);
    p.wDec().assign(Nd4j.randn(DataType.DOUBLE, p.wDec().shape()));
    if (!p.isTied()) {
      p.wEnc().assign(Nd4j.randn(DataType.DOUBLE, p.wEnc().shape()));
    }
    p.bEnc().assign(Nd4j.randn(DataType.DOUBLE, p.bEnc().shape()).muli(.1));
    p.bDec().assign(Nd4j.randn(DataType.DOUBLE, p.bDec().shape()).muli(.1));
    p.extras()
        .values()
        .forEach(a -> a.assign(Nd4j.rand(DataType.DOUBLE, a.shape()).muli(.4).addi(.1)));
    return p;
  }

  private static SaeParameters empty(ParameterLayout layout, DataType type) {
    return FlatParameters.of(layout, FlatParameters.cut(layout, Nd4j.zeros(type, layout.count())));
  }

  static SaeParameters zerosLike(SaeParameters p) {
    SaeParameters zeros = p.copy();
    all(zeros).values().forEach(array -> array.assign(0));
    return zeros;
  }

  /** Converts parameters to single precision. */
  static SaeParameters toFloat(SaeParameters p) {
    Map<String, INDArray> more = new LinkedHashMap<>();
    p.extras().forEach((key, array) -> more.put(key, array.castTo(DataType.FLOAT)));
    INDArray wDec = p.wDec().castTo(DataType.FLOAT).dup('c');
    return new SaeParameters(
        p.isTied() ? wDec.transpose() : p.wEnc().castTo(DataType.FLOAT).dup('f'),
        p.bEnc().castTo(DataType.FLOAT),
        wDec,
        p.bDec().castTo(DataType.FLOAT),
        more,
        p.form());
  }

  /** Returns the arrays that own their memory. */
  private static Map<String, INDArray> all(SaeParameters p) {
    Map<String, INDArray> all = new LinkedHashMap<>();
    if (!p.isTied()) {
      all.put("W_enc", p.wEnc());
    }
    all.put("b_enc", p.bEnc());
    all.put("W_dec", p.wDec());
    all.put("b_dec", p.bDec());
    all.putAll(p.extras());
    return all;
  }

  /** Checks every gradient against the numerical one. */
  static void assertGradients(
      SaeParameters p, SaeParameters gradients, ToDoubleFunction<SaeParameters> loss) {
    assertGradients(p, gradients, loss, key -> true);
  }

  static void assertGradients(
      SaeParameters p,
      SaeParameters gradients,
      ToDoubleFunction<SaeParameters> loss,
      Predicate<String> wanted) {
    Map<String, INDArray> found = all(gradients);
    double[] largest = {0};
    all(p)
        .forEach(
            (key, array) -> {
              if (wanted.test(key)) {
                assertGradient(key, array, found.get(key), p, loss, largest);
              }
            });
    assertTrue(largest[0] > .01, "no gradient to speak of");
  }

  private static void assertGradient(
      String name,
      INDArray array,
      INDArray gradient,
      SaeParameters p,
      ToDoubleFunction<SaeParameters> loss,
      double[] largest) {
    double step = 1e-6;
    for (long i = 0; i < array.length(); i++) {
      double value = array.getDouble(i);
      array.putScalar(i, value + step);
      double above = loss.applyAsDouble(p);
      array.putScalar(i, value - step);
      double below = loss.applyAsDouble(p);
      array.putScalar(i, value);
      double numerical = (above - below) / (2 * step);
      largest[0] = Math.max(largest[0], Math.abs(numerical));
      assertEquals(numerical, gradient.getDouble(i), 1e-5 * (1 + Math.abs(numerical)), name + i);
    }
  }

  /** Checks that each array agrees to within 10⁻⁵ of its largest value. */
  static void assertClose(SaeParameters expected, SaeParameters actual) {
    Map<String, INDArray> found = all(actual);
    all(expected)
        .forEach(
            (key, array) -> {
              double scale = array.amaxNumber().doubleValue();
              INDArray difference = array.sub(found.get(key).castTo(DataType.DOUBLE));
              double distance = difference.amaxNumber().doubleValue();
              assertTrue(distance <= 1e-5 * scale + 1e-12, key + ": " + distance + " of " + scale);
            });
  }
}
