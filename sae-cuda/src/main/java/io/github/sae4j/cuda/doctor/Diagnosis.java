package io.github.sae4j.cuda.doctor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.engine.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a check of the machine found.
 *
 * @param host the host
 * @param gpu the driver and its GPUs; empty if only the CPU was asked for
 * @param faults what is wrong, each one sentence with what to do; empty if nothing is
 */
public record Diagnosis(HostFacts host, Optional<GpuFacts> gpu, List<String> faults) {
  /** Longer than many GPUs need that sleep between their uses. */
  private static final Duration LIMIT = Duration.ofSeconds(20);

  public Diagnosis {
    faults = List.copyOf(faults);
  }

  /**
   * Checks this machine, which takes a few seconds.
   *
   * @param device {@code cpu} leaves out the GPUs, {@code cuda:N} checks one of them
   */
  public static Diagnosis of(Device device) throws InterruptedException {
    return of(device, GpuSelfTest.all(), LIMIT);
  }

  static Diagnosis of(Device device, List<GpuSelfTest> tests, Duration limit)
      throws InterruptedException {
    List<String> faults = new ArrayList<>();
    HostFacts host = HostFacts.read(faults);
    if (device.kind() == Device.Kind.CPU) {
      return new Diagnosis(host, Optional.empty(), faults);
    }
    GpuFacts gpu = new GpuCheck(device, tests).run(limit, faults);
    return new Diagnosis(host, Optional.of(gpu), faults);
  }

  /** Returns whether nothing is wrong. */
  public boolean isSound() {
    return faults.isEmpty();
  }

  /** Returns the facts for people, a line each; the faults are not among them. */
  public String render() {
    return DiagnosisText.of(this);
  }

  /** Returns the facts and faults for programs. */
  public ObjectNode toJson() {
    return DiagnosisJson.of(this);
  }
}
