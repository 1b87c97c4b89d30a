package io.github.sae4j.cuda.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.FakeDriver;
import io.github.sae4j.cuda.engine.GpuProductRate;
import io.github.sae4j.engine.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault of a GPU and its driver is one sentence. */
class GpuCheckTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @RegisterExtension private final FakeDriver fake = new FakeDriver().withOwnProducts();
  private final List<String> faults = new ArrayList<>();

  private GpuFacts check(String device) throws InterruptedException {
    faults.clear();
    return new GpuCheck(Device.parse(device), GpuSelfTest.all()).run(LIMIT, faults);
  }

  private String fault(String device) throws InterruptedException {
    check(device);
    assertEquals(1, faults.size(), faults.toString());
    String fault = faults.get(0);
    assertEquals(1, fault.lines().count(), fault);
    assertTrue(fault.contains("; ") && !fault.endsWith("."), fault);
    return fault;
  }

  @Test
  void soundGpusPassTheirTests() throws InterruptedException {
    fake.set("EMU_DEVICES", 2);
    System.setProperty(CublasLt.PROPERTY, FakeDriver.file().toString());
    GpuFacts facts = check("auto");
    assertEquals(List.of(), faults);
    assertEquals(2, facts.gpus().size());
    for (GpuFacts.State state : facts.gpus()) {
      assertEquals(new CudaContext.MemoryInfo(1 << 30, 1 << 30), state.memory().orElseThrow());
      assertEquals(2, state.passed().size());
      assertEquals("a kernel of 64 threads", state.passed().get(0).name());
      assertEquals("3 steps of training", state.passed().get(1).name());
      GpuProductRate rate = state.product().orElseThrow();
      assertEquals("cublasLt 13.0.2", rate.library());
      assertTrue(rate.gigaflops() > 0, rate.toString());
    }
    assertEquals("13.0.2", facts.blas().orElseThrow().versionName());
    assertEquals("13.0", facts.driver().orElseThrow().versionName());
    assertEquals("cuda:0 (Emulated on the CPU): the first of 2 GPUs", facts.auto());
    System.setProperty(CublasLt.PROPERTY, "none");
    assertEquals("our own kernel", check("auto").gpus().get(0).product().orElseThrow().library());
    assertEquals(1, check("cuda:1").gpus().get(0).gpu().ordinal());
    assertEquals(1, check("cuda:1").gpus().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "EMU_VERSION   | 10020 | is too old: it is for CUDA 10.2",
        "EMU_NO_DEVICE | 1 | is installed but finds no GPU",
        "EMU_DEVICES   | 0 | the NVIDIA driver finds no GPU",
        "EMU_FAIL | cuInit:1:999 | gives no reason (CUDA_ERROR_UNKNOWN, 999); reboot",
        "EMU_FAIL | cuInit:1:803 | are of different versions",
        "EMU_CAPABILITY | 7.0 | compute capability 7.0, but kernels exist for 7.5 (Turing)",
        "EMU_FAIL | cuDevicePrimaryCtxRetain:1:2 | GPU 0 (Emulated on the CPU) cannot be used: out of memory",
        "EMU_FAIL | cuDevicePrimaryCtxRetain:1:46 | another process uses the GPU exclusively",
        "EMU_FAIL | cuModuleLoadDataEx:1:222 | the driver is too old for this PTX",
        "EMU_FAIL | cuModuleLoadDataEx:1:218 | the driver's compiler refuses the PTX",
        "EMU_FAIL | cuModuleLoadDataEx:1:221 | libnvidia-ptxjitcompiler.so.1, is missing",
        "EMU_FAIL | cuMemAlloc_v2:1:2 | 256 bytes cannot be allocated, 1,073,741,824 of 1,073,741,824 are free: out of memory",
        "EMU_FAIL | cuStreamSynchronize:1:719 | an earlier operation failed: a kernel failed",
        "EMU_USED_MB | 950 | has only 0.1 GiB of 1.0 GiB free: another process holds the rest; stop it (nvidia-smi lists it)"
      })
  void eachFaultIsOneSentence(String setting, String value, String told)
      throws InterruptedException {
    fake.set(setting, value);
    String fault = fault("auto");
    assertTrue(fault.contains(told), fault);
    if (value.contains("719")) {
      fake.expectLeaks();
    }
  }

  @Test
  void aMissingDriverIsAFault() throws InterruptedException {
    System.setProperty(CudaDriver.PROPERTY, "/no/libcuda.so.1");
    assertTrue(fault("auto").startsWith("there is no NVIDIA driver at /no/libcuda.so.1"));
    assertTrue(check("auto").driver().isEmpty());
    assertTrue(
        check("auto").auto().startsWith("cpu: there is no NVIDIA driver at /no/libcuda.so.1"));
  }

  @Test
  void aGpuThatIsNotThereIsAFault() throws InterruptedException {
    assertTrue(fault("cuda:3").contains("there is no GPU of that number"), faults.toString());
  }

  @Test
  void otherGpusAreCheckedToo() throws InterruptedException {
    fake.set("EMU_DEVICES", 2).set("EMU_FAIL", "cuModuleLoadDataEx:1:218");
    GpuFacts facts = check("auto");
    assertEquals(1, faults.size());
    assertEquals(0, facts.gpus().get(0).passed().size());
    assertEquals(2, facts.gpus().get(1).passed().size());
  }

  @Test
  void blasThatCannotBeLoadedIsAFault() throws InterruptedException {
    System.setProperty(CublasLt.PROPERTY, "/no/libcublasLt.so.13");
    assertTrue(fault("auto").startsWith("cublasLt cannot be loaded from /no/libcublasLt.so.13"));
  }

  @Test
  void wrongNumbersAreAFault() throws InterruptedException {
    GpuSelfTest wrong =
        new GpuSelfTest() {
          @Override
          public String name() {
            return "a sum";
          }

          @Override
          public Optional<String> run(CudaContext context) {
            return Optional.of("1 + 1 is 3");
          }
        };
    GpuFacts facts = new GpuCheck(Device.AUTO, List.of(wrong)).run(LIMIT, faults);
    assertEquals(
        List.of(
            "GPU 0 (Emulated on the CPU) computes wrong numbers in a sum: 1 + 1 is 3; update the"
                + " driver, or take another GPU if it happens again"),
        faults);
    assertEquals(0, facts.gpus().get(0).passed().size());
  }

  @Test
  void aDriverThatDoesNotAnswerIsAFault() throws InterruptedException {
    GpuSelfTest endless =
        new GpuSelfTest() {
          @Override
          public String name() {
            return "sleep";
          }

          @Override
          public Optional<String> run(CudaContext context) {
            try {
              Thread.sleep(1500);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return Optional.empty();
          }
        };
    new GpuCheck(Device.AUTO, List.of(endless)).run(Duration.ofSeconds(1), faults);
    assertEquals(
        List.of(
            "the NVIDIA driver has not answered for 1 s; see whether 'nvidia-smi' answers, and reboot"
                + " if it does not"),
        faults);
    Thread.sleep(3000); // until it has closed what it opened
  }
}
