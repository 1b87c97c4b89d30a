package io.github.sae4j.bench;

import io.github.sae4j.cpu.Workers;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.product.AffineProduct;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The encoder's product alone, over and over: what no step can be faster than. */
final class Roofline {
  private final AffineProduct product;
  private final SaeParameters parameters;
  private final INDArray x;
  private final Samples samples = new Samples();

  Roofline(BenchRow row, SaeParameters parameters, INDArray x) {
    this.product = AffineProduct.of(Workers.shared(), row.precision());
    this.parameters = parameters;
    this.x = x;
  }

  void run() {
    long start = System.nanoTime();
    product.run(x, parameters.wEnc(), parameters.bEnc(), (worker, tile) -> true);
    samples.addSince(start);
  }

  void clear() {
    samples.clear();
  }

  double median() {
    return samples.median();
  }
}
