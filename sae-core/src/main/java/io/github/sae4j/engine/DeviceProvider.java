package io.github.sae4j.engine;

import io.github.sae4j.product.Precision;
import java.util.List;

/**
 * Knows the devices of a machine that its own engine can run on. Found by {@link
 * java.util.ServiceLoader}; module sae-cuda has one.
 */
public interface DeviceProvider {

  /**
   * Returns what to take for a device that a user asks for, {@link Device#CPU} only for {@link
   * Device#AUTO}.
   *
   * @throws IllegalArgumentException if there is no such device, or it cannot be used; the message
   *     says why
   */
  DeviceEngines.Choice choose(Device wanted);

  /** Returns the devices that can be used, such as {@code cuda:0}. */
  List<Device> usable();

  /**
   * Returns a new engine.
   *
   * @param device a device that {@link #choose} returned
   * @param precision precision of the encoder's product
   * @throws IllegalArgumentException if the device does not support that precision
   */
  DeviceEngine open(Device device, Precision precision);
}
