package io.github.sae4j.cuda.doctor;

import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaException;
import io.github.sae4j.cuda.driver.ProbeKernel;
import java.util.List;
import java.util.Optional;

/** Runs kernels on a GPU and compares what they compute with what is expected. */
public interface GpuSelfTest {

  /** Returns the tests that every GPU must pass, in the order in which they run. */
  static List<GpuSelfTest> all() {
    return List.of(
        new GpuSelfTest() {
          @Override
          public String name() {
            return "a kernel of 64 threads";
          }

          @Override
          public Optional<String> run(CudaContext context) {
            return ProbeKernel.run(context);
          }
        },
        new TrainingSteps());
  }

  /** Returns what is run, in words. */
  String name();

  /**
   * Runs the test and closes what it has opened.
   *
   * @return what is wrong with the numbers, as a clause; empty if they are right
   * @throws CudaException if it cannot run
   */
  Optional<String> run(CudaContext context);
}
