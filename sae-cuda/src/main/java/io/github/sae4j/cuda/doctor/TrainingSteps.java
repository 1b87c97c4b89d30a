package io.github.sae4j.cuda.doctor;

import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.engine.StepBits;
import io.github.sae4j.engine.NotFiniteException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Steps of training, of which a GPU must compute the bits that the emulator of our tests does. */
final class TrainingSteps implements GpuSelfTest {
  /** Lines of a CRC and the name of an array, written by the emulator. */
  static final String EXPECTED = "step-bits.txt";

  @Override
  public String name() {
    return StepBits.STEPS + " steps of training";
  }

  @Override
  public Optional<String> run(CudaContext context) {
    Map<String, String> expected = expected();
    Map<String, String> found;
    try {
      found = StepBits.of(context.gpu());
    } catch (NotFiniteException e) {
      return Optional.of(e.getMessage());
    }
    return expected.entrySet().stream()
        .filter(each -> !each.getValue().equals(found.get(each.getKey())))
        .findFirst()
        .map(
            first ->
                "%s must have the CRC %s, but it is %s"
                    .formatted(first.getKey(), first.getValue(), found.get(first.getKey())));
  }

  /** Returns the CRC of each array on the emulator, in the order in which they are computed. */
  static Map<String, String> expected() {
    Map<String, String> crcs = new LinkedHashMap<>();
    try (InputStream in = TrainingSteps.class.getResourceAsStream(EXPECTED)) {
      new String(Objects.requireNonNull(in, EXPECTED).readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .map(line -> line.split(" ", 2))
          .forEach(words -> crcs.put(words[1], words[0]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return crcs;
  }
}
