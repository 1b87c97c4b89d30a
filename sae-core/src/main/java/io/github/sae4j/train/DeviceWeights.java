package io.github.sae4j.train;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.DeviceEngine;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Arrays with the shapes of an SAE's parameters in the memory of a device. */
final class DeviceWeights implements AutoCloseable {
  /** Number of values copied at a time. */
  private static final int BLOCK = 1 << 20;

  private final Weights weights;

  DeviceWeights(DeviceEngine engine, ParameterLayout layout) {
    int nLatents = layout.nLatents();
    Map<String, Tensor> extras = new LinkedHashMap<>();
    if (layout.form() == ParameterLayout.Form.SKIP_TRANSCODER) {
      extras.put(ParameterLayout.SKIP, engine.tensor(layout.nIn(), layout.nOut()));
    }
    for (Variant.Extra extra : layout.extras()) {
      extras.put(extra.key(), engine.tensor(1, (int) layout.length(extra.key())));
    }
    Tensor decoder = engine.tensor(nLatents, layout.nOut());
    boolean tied = layout.form() == ParameterLayout.Form.TIED;
    this.weights =
        new Weights(
            tied ? decoder : engine.tensor(nLatents, layout.nIn()),
            engine.tensor(1, nLatents),
            decoder,
            engine.tensor(1, layout.nOut()),
            extras,
            layout.form());
  }

  Weights weights() {
    return weights;
  }

  /** Returns the tensors with memory of their own: with tied weights, the encoder has none. */
  static List<Tensor> arrays(Weights weights) {
    List<Tensor> arrays = new ArrayList<>();
    if (!weights.isTied()) {
      arrays.add(weights.encoder());
    }
    arrays.addAll(List.of(weights.bEnc(), weights.decoder(), weights.bDec()));
    arrays.addAll(weights.extras().values());
    return arrays;
  }

  /** Copies the host's arrays to the device. */
  void upload(SaeParameters host) {
    copy(arrays(host.weights()), arrays(weights));
  }

  /** Copies the device's tensors to the host. */
  void download(SaeParameters host) {
    copy(arrays(weights), arrays(host.weights()));
  }

  private static void copy(List<Tensor> from, List<Tensor> to) {
    for (int i = 0; i < from.size(); i++) {
      long length = from.get(i).length();
      float[] block = new float[(int) Math.min(BLOCK, length)];
      for (long at = 0; at < length; at += block.length) {
        int count = (int) Math.min(block.length, length - at);
        from.get(i).read(at, block, 0, count);
        to.get(i).write(at, block, 0, count);
      }
    }
  }

  @Override
  public void close() {
    arrays(weights).forEach(tensor -> tensor.close());
  }
}
