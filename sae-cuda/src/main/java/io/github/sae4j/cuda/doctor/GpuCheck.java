package io.github.sae4j.cuda.doctor;

import io.github.sae4j.cuda.Devices;
import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaContext.MemoryInfo;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.CudaException;
import io.github.sae4j.cuda.driver.CudaStatus;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.cuda.engine.GpuProductRate;
import io.github.sae4j.engine.Device;
import io.github.sae4j.engine.DeviceEngines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for the driver, its GPUs and cublasLt, and runs the self-tests. */
final class GpuCheck {
  private static final Path SYS = Path.of("/sys");

  /** A GPU with less than a tenth of its memory free is of no use. */
  private static final int LEAST_FREE = 10;

  private final Device device;
  private final List<GpuSelfTest> tests;

  // written by the thread that asks the driver, read when it has ended or taken too long
  private final List<String> faults = new ArrayList<>();
  private final List<GpuFacts.State> gpus = new ArrayList<>();
  private Optional<CudaDriver> driver = Optional.empty();
  private Optional<CublasLt> blas = Optional.empty();
  private String auto = "";

  /**
   * Prepares a check.
   *
   * @param device the GPU to check; all of them unless it has a number
   */
  GpuCheck(Device device, List<GpuSelfTest> tests) {
    this.device = device;
    this.tests = List.copyOf(tests);
  }

  /**
   * Checks; a driver that does not answer is a fault.
   *
   * @param limit how long to wait for the driver
   */
  GpuFacts run(Duration limit, List<String> allFaults) throws InterruptedException {
    Thread asking = new Thread(this::ask, "sae4j-doctor");
    asking.setDaemon(true);
    asking.start();
    asking.join(limit.toMillis());
    synchronized (this) {
      allFaults.addAll(faults);
      if (asking.isAlive()) {
        allFaults.add(
            "the NVIDIA driver has not answered for "
                + limit.toSeconds()
                + " s; see whether 'nvidia-smi' answers, and reboot if it does not");
      }
      return new GpuFacts(
          GpuFacts.onBus(SYS), GpuFacts.kernelModule(SYS), driver, gpus, blas, auto);
    }
  }

  private void ask() {
    try {
      CudaDriver loaded = CudaDriver.load();
      synchronized (this) {
        driver = Optional.of(loaded);
      }
      boolean blasIsSound = findBlas(loaded);
      for (Gpu gpu : wanted(loaded)) {
        check(gpu, blasIsSound);
      }
    } catch (CudaException e) {
      boolean noGpu = e.status() == CudaStatus.NO_DEVICE && GpuFacts.onBus(SYS).isEmpty();
      fault(e.getMessage() + (noGpu ? "; --device cpu checks a machine without a GPU" : ""));
    } catch (IllegalArgumentException e) {
      fault(e.getMessage());
    }
    String taken = DeviceEngines.choose(Device.AUTO).description();
    synchronized (this) {
      auto = taken;
    }
  }

  /** Returns whether there is no fault in cublasLt, which need not be there. */
  private boolean findBlas(CudaDriver loaded) {
    try {
      Optional<CublasLt> found = CublasLt.find(loaded.version());
      synchronized (this) {
        blas = found;
      }
      return true;
    } catch (CudaException | IllegalArgumentException e) {
      fault(e.getMessage());
      return false;
    }
  }

  private List<Gpu> wanted(CudaDriver loaded) {
    if (device.ordinal().isPresent()) {
      return List.of(loaded.gpu(device.ordinal().getAsInt()));
    }
    List<Gpu> all = loaded.gpus();
    if (all.isEmpty()) {
      fault(
          "the NVIDIA driver finds no GPU; check that 'nvidia-smi' lists one and that"
              + " CUDA_VISIBLE_DEVICES does not hide it");
    }
    return all;
  }

  private void check(Gpu gpu, boolean measures) {
    if (!gpu.isSupported()) {
      fault(Devices.tooOld(List.of(gpu)));
      state(new GpuFacts.State(gpu, Optional.empty(), List.of(), Optional.empty()));
      return;
    }
    Optional<MemoryInfo> memory = Optional.empty();
    List<GpuFacts.Passed> passed = new ArrayList<>();
    Optional<GpuProductRate> product = Optional.empty();
    try (CudaContext context = CudaContext.open(gpu)) {
      memory = Optional.of(context.memory());
      if (memory.get().free() < memory.get().total() / LEAST_FREE) {
        fault(
            gpu
                + " has only "
                + Sentences.gibibytes(memory.get().free())
                + " of "
                + Sentences.gibibytes(memory.get().total())
                + " free: another process holds the rest; stop it (nvidia-smi lists it) or take another GPU");
      } else {
        for (GpuSelfTest test : tests) {
          run(test, context, passed);
        }
        if (measures && passed.size() == tests.size()) {
          product = Optional.of(GpuProductRate.measure(gpu, blas));
        }
      }
    } catch (CudaException e) {
      fault(e.getMessage());
    }
    state(new GpuFacts.State(gpu, memory, passed, product));
  }

  private void run(GpuSelfTest test, CudaContext context, List<GpuFacts.Passed> passed) {
    long start = System.nanoTime();
    Optional<String> wrong = test.run(context);
    if (wrong.isEmpty()) {
      passed.add(new GpuFacts.Passed(test.name(), (System.nanoTime() - start) * 1e-6));
    } else {
      fault(
          context.gpu()
              + " computes wrong numbers in "
              + test.name()
              + ": "
              + wrong.get()
              + "; update the driver, or take another GPU if it happens again");
    }
  }

  private synchronized void state(GpuFacts.State state) {
    gpus.add(state);
  }

  private synchronized void fault(String sentence) {
    faults.add(sentence);
  }
}
