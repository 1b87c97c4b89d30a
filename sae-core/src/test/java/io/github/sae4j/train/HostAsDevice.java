package io.github.sae4j.train;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.DeviceEngine;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Firing;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.layer.DeadLatents;
import io.github.sae4j.nd4j.HostEngine;
import io.github.sae4j.nd4j.NdTensor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** The host's engine in the place of a device's, whose bits are therefore known. */
final class HostAsDevice implements InvocationHandler {
  private final HostEngine host = new HostEngine();
  private boolean closed;

  static DeviceEngine engine() {
    return (DeviceEngine)
        Proxy.newProxyInstance(
            HostAsDevice.class.getClassLoader(),
            new Class<?>[] {DeviceEngine.class},
            new HostAsDevice());
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (closed) {
      throw new IllegalStateException("the device was closed");
    }
    return switch (method.getName()) {
      case "tensor" -> {
        long[] shape = {(long) arguments[0], (int) arguments[1]};
        yield NdTensor.of(Nd4j.valueArrayOf(shape, Double.NaN, DataType.FLOAT));
      }
      case "firing" -> new Counts(new DeadLatents((int) arguments[0], (long) arguments[1]));
      case "step" -> (Engine.Scope) () -> {};
      case "await", "requireFits" -> null;
      case "close" -> {
        closed = true;
        yield null;
      }
      default -> onHost(method, arguments);
    };
  }

  private Object onHost(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(host, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private record Counts(DeadLatents latents) implements Firing {
    @Override
    public void update(Codes codes) {
      latents.update(codes);
    }

    @Override
    public Latents dead() {
      return Latents.of(latents.dead());
    }

    @Override
    public long[] rowsSinceFired() {
      return latents.tokensSinceFired();
    }

    @Override
    public void restore(long[] counts) {
      latents.restore(counts);
    }

    @Override
    public void close() {}
  }
}
