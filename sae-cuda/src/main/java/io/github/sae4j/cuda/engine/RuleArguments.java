package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.KernelCall;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Tensor;
import java.util.List;
import java.util.function.Function;

/** What the kernels of rules.cu read besides the values. */
@SuppressWarnings("EnumOrdinal") // kernels know rules and operations by their numbers
final class RuleArguments {
  private static final int VECTORS = 3;

  private final DeviceTensor[] vectors = new DeviceTensor[VECTORS];
  private final DeviceTensor[] same;
  private final Inputs inputs;

  RuleArguments(Inputs inputs, Function<Tensor, DeviceTensor> tensors) {
    this(inputs, tensors, List.of());
  }

  /**
   * @param same values of the inputs' codes
   */
  RuleArguments(Inputs inputs, Function<Tensor, DeviceTensor> tensors, List<DeviceTensor> same) {
    this.inputs = inputs;
    this.same = same.toArray(DeviceTensor[]::new);
    for (int i = 0; i < inputs.perLatent().size(); i++) {
      vectors[i] = tensors.apply(inputs.perLatent().get(i));
    }
  }

  void requireVectors(long length) {
    for (DeviceTensor vector : vectors) {
      if (vector != null) {
        CudaMaths.requireVector(vector, length);
      }
    }
  }

  /** Passes a, b, c, u, w and the addresses of p and q. */
  KernelCall addresses(KernelCall call) {
    KernelCall next = call;
    for (DeviceTensor vector : vectors) {
      next = next.i64(DeviceTensor.addressOf(vector));
    }
    for (int i = 0; i < 2; i++) {
      next = next.i64(i < same.length ? same[i].address() : 0);
    }
    return next.i64(DeviceLater.address(inputs.p())).i64(DeviceLater.address(inputs.q()));
  }

  /** Passes the rule, p and q. */
  KernelCall constants(KernelCall call, EntryRule rule) {
    return call.i32(rule.ordinal())
        .f64(DeviceLater.host(inputs.p()))
        .f64(DeviceLater.host(inputs.q()));
  }
}
