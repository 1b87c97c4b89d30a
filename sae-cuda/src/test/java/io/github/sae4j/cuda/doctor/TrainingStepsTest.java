package io.github.sae4j.cuda.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.FakeDriver;
import io.github.sae4j.cuda.engine.StepBits;
import io.github.sae4j.engine.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The bits that a GPU must have in its self-test are the emulator's. {@code
 * -Dsae4j.bits.write=true} writes them anew, after a change of kernels that was meant to change
 * them.
 */
class TrainingStepsTest {
  private static final Path EXPECTED =
      Path.of("src/main/resources/io/github/sae4j/cuda/doctor", TrainingSteps.EXPECTED);

  @RegisterExtension private final FakeDriver fake = new FakeDriver().withOwnProducts();

  @Test
  void theCommittedBitsAreTheEmulators() throws IOException {
    Map<String, String> found = StepBits.of(CudaDriver.load().gpu(0));
    if (Boolean.getBoolean("sae4j.bits.write")) {
      StringBuilder lines = new StringBuilder();
      found.forEach((name, crc) -> lines.append(crc).append(' ').append(name).append('\n'));
      Files.writeString(EXPECTED, lines);
      return;
    }
    assertEquals(List.copyOf(TrainingSteps.expected().entrySet()), List.copyOf(found.entrySet()));
    assertEquals(13, found.size());
    assertEquals(13, found.values().stream().distinct().count(), "arrays that do not change");
  }

  /** Whatever the order of threads, and with operations as late as they may be. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "7"})
  void noOrderOfThreadsChangesThem(String order) {
    fake.set("EMU_ORDER", order).set("EMU_MODE", "late").set("EMU_CAPABILITY", "9.0");
    assertEquals(Optional.empty(), test());
  }

  private static Optional<String> test() {
    try (CudaContext context = CudaContext.open(CudaDriver.load().gpu(0))) {
      return new TrainingSteps().run(context);
    }
  }

  /** A GPU of which one kernel rounds otherwise, or does not run, is named. */
  @ParameterizedTest
  @CsvSource({
    "product_nt:up, the codes of step 1",
    "decode_rows:up, the loss of step 1",
    "column_parts:up, of step 2",
    "latent_step:up, of step 2",
    "adam_vector:up, of step 2",
    "firing_update:skip, of step 2",
    "rows_normalise:up, of step 1"
  })
  void aFaultInOneKernelIsNamed(String planted, String where) throws InterruptedException {
    fake.set("EMU_WRONG", planted);
    List<String> faults = new ArrayList<>();
    new GpuCheck(Device.AUTO, List.of(new TrainingSteps())).run(Duration.ofMinutes(1), faults);
    assertEquals(1, faults.size(), faults.toString());
    String fault = faults.get(0);
    assertTrue(
        fault.startsWith(
            "GPU 0 (Emulated on the CPU) computes wrong numbers in 3 steps of training: "),
        fault);
    assertTrue(fault.contains(where), fault);
    assertTrue(
        fault.endsWith("; update the driver, or take another GPU if it happens again"), fault);
  }
}
