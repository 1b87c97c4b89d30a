package io.github.sae4j.dictionary;

import io.github.sae4j.engine.DeviceEngine;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tensors with the shapes of an SAE's parameters in the memory of a device. */
public final class DeviceWeights implements AutoCloseable {
  private final Weights weights;

  private DeviceWeights(Weights weights) {
    this.weights = weights;
  }

  /** Makes tensors with undefined values. */
  public DeviceWeights(DeviceEngine engine, ParameterLayout layout) {
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

  /** Makes tensors with the values of an SAE's parameters. */
  public static DeviceWeights copyOf(SaeParameters host, DeviceEngine engine) {
    Weights from = host.weights();
    Map<String, Tensor> extras = new LinkedHashMap<>();
    from.extras().forEach((key, tensor) -> extras.put(key, like(tensor, engine)));
    Tensor decoder = like(from.decoder(), engine);
    DeviceWeights made =
        new DeviceWeights(
            new Weights(
                from.isTied() ? decoder : like(from.encoder(), engine),
                like(from.bEnc(), engine),
                decoder,
                like(from.bDec(), engine),
                extras,
                from.form()));
    made.upload(host);
    return made;
  }

  private static Tensor like(Tensor tensor, DeviceEngine engine) {
    return engine.tensor(tensor.rows(), tensor.width());
  }

  /** Returns the tensors as weights. */
  public Weights weights() {
    return weights;
  }

  /** Returns the tensors with memory of their own: with tied weights, the encoder has none. */
  public static List<Tensor> arrays(Weights weights) {
    List<Tensor> arrays = new ArrayList<>();
    if (!weights.isTied()) {
      arrays.add(weights.encoder());
    }
    arrays.addAll(List.of(weights.bEnc(), weights.decoder(), weights.bDec()));
    arrays.addAll(weights.extras().values());
    return arrays;
  }

  /** Copies the host's arrays to the device. */
  public void upload(SaeParameters host) {
    copy(arrays(host.weights()), arrays(weights));
  }

  /** Copies the device's tensors to the host. */
  public void download(SaeParameters host) {
    copy(arrays(weights), arrays(host.weights()));
  }

  private static void copy(List<Tensor> from, List<Tensor> to) {
    for (int i = 0; i < from.size(); i++) {
      Tensor.copy(from.get(i), to.get(i));
    }
  }

  @Override
  public void close() {
    arrays(weights).forEach(tensor -> tensor.close());
  }
}
