package io.github.sae4j.cuda.engine;

import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.DeviceEngine;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.variant.AdamOptimizer;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The parameters of an SAE for two engines, and steps of training with either. */
final class TrainingPair {
  private static final AdamStep FIRST = new AdamStep(3e-3, .9, .999, 1e-8, 1, 1);

  private TrainingPair() {}

  /** Returns random parameters, decoder rows at norm 1 and the encoder alike. */
  static SaeParameters parameters(ParameterLayout layout, DataType type, long seed) {
    SaeParameters p =
        FlatParameters.of(layout, FlatParameters.cut(layout, Nd4j.zeros(type, layout.count())));
    Random random = new Random(seed);
    INDArray wDec = p.wDec();
    for (int l = 0; l < layout.nLatents(); l++) {
      double[] row = random.doubles(layout.nOut(), -1, 1).toArray();
      double norm = Math.sqrt(Arrays.stream(row).map(v -> v * v).sum());
      for (int j = 0; j < row.length; j++) {
        wDec.putScalar(l, j, (float) (row[j] / norm));
        if (!p.isTied() && j < layout.nIn()) {
          p.wEnc().putScalar(j, l, (float) (row[j] / norm));
        }
      }
      p.bEnc().putScalar(l, (float) (.1 * random.nextGaussian()));
    }
    for (Map.Entry<String, INDArray> extra : p.extras().entrySet()) {
      for (long i = 0; i < extra.getValue().length(); i++) {
        extra.getValue().putScalar(i, (float) (.1 + .3 * random.nextDouble()));
      }
    }
    return p;
  }

  /** Copies weights to a device. */
  static Weights upload(Weights host, DeviceEngine engine) {
    Tensor decoder = upload(host.decoder(), engine);
    Map<String, Tensor> extras = new LinkedHashMap<>();
    host.extras().forEach((key, tensor) -> extras.put(key, upload(tensor, engine)));
    return new Weights(
        host.isTied() ? decoder : upload(host.encoder(), engine),
        upload(host.bEnc(), engine),
        decoder,
        upload(host.bDec(), engine),
        extras,
        host.form());
  }

  static Tensor upload(Tensor host, DeviceEngine engine) {
    Tensor tensor = engine.tensor(host.rows(), host.width());
    tensor.setDoubles(host.toDoubles());
    return tensor;
  }

  /** Training with one engine. */
  static final class Run {
    private final Engine engine;
    private final Variant variant;
    private final Weights weights;
    private final AdamOptimizer optimizer;
    private int steps;

    /**
     * @param mean Adam's m, all 0
     * @param variance Adam's v, all 0
     */
    Run(Engine engine, Variant variant, Weights weights, Weights mean, Weights variance) {
      this.engine = engine;
      this.variant = variant;
      this.weights = weights;
      this.optimizer = new AdamOptimizer(engine, mean, variance, variant.canDie());
    }

    Weights weights() {
      return weights;
    }

    LossTerms step(Tensor x, Tensor target, Latents dead) {
      Objective.Result result = new Objective(engine).evaluate(x, target, weights, variant, dead);
      steps++;
      AdamStep step =
          new AdamStep(
              FIRST.learningRate(),
              FIRST.beta1(),
              FIRST.beta2(),
              FIRST.epsilon(),
              steps,
              1.0 / x.rows());
      optimizer.step(weights, result.gradients(), step, steps % 2 == 0 ? .5 : 0);
      variant.afterStep(weights, engine);
      return result.loss();
    }
  }
}
