package io.github.sae4j.bench;

import io.github.sae4j.cpu.Workers;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Device;
import io.github.sae4j.engine.DeviceEngine;
import io.github.sae4j.engine.DeviceEngines;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.product.AffineProduct;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The encoder's product alone, over and over: what no step can be faster than. */
final class Roofline implements AutoCloseable {
  private final Runnable product;
  private final Runnable end;
  private final Samples samples = new Samples();

  private Roofline(Runnable product, Runnable end) {
    this.product = product;
    this.end = end;
  }

  static Roofline onHost(BenchRow row, SaeParameters parameters, INDArray x) {
    AffineProduct product = AffineProduct.of(Workers.shared(), row.precision());
    return new Roofline(
        () -> product.run(x, parameters.wEnc(), parameters.bEnc(), (worker, tile) -> true),
        () -> {});
  }

  /** The product on a GPU, by weights of its own and with the rows already there. */
  static Roofline onDevice(BenchRow row, Device device, INDArray x) {
    DeviceEngine engine = DeviceEngines.open(device, row.precision()).orElseThrow();
    Tensor rows = engine.tensor(x.size(0), row.nIn());
    Tensor.copy(NdTensor.of(x), rows);
    Tensor weights = engine.tensor(row.nLatents(), row.nIn());
    Random random = new Random(1);
    float[] latent = new float[row.nIn()];
    for (int i = 0; i < row.nLatents(); i++) {
      for (int j = 0; j < latent.length; j++) {
        latent[j] = (float) random.nextGaussian();
      }
      weights.write((long) i * latent.length, latent, 0, latent.length);
    }
    Tensor bias = engine.tensor(1, row.nLatents());
    engine.fill(bias, 0);
    engine.await();
    return new Roofline(
        () -> {
          engine.affine(rows, weights, bias).close();
          engine.await();
        },
        engine::close);
  }

  void run() {
    long start = System.nanoTime();
    product.run();
    samples.addSince(start);
  }

  void clear() {
    samples.clear();
  }

  double median() {
    return samples.median();
  }

  @Override
  public void close() {
    end.run();
  }
}
