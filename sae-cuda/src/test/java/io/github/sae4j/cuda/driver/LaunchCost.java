package io.github.sae4j.cuda.driver;

import com.sun.jna.NativeLibrary;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * Measures what calls of the driver cost the host, on the emulated driver with operations that do
 * nothing: nanoseconds of CPU time, which other processes hardly change, nanoseconds that passed,
 * and bytes of garbage, per call. Not a test; run it by its main method.
 */
public final class LaunchCost {
  private static final int CALLS = 2_000_000;
  private static final int TURNS = 4;

  private LaunchCost() {}

  private interface Call {
    void run(int i);
  }

  public static void main(String[] args) throws Exception {
    String file = FakeDriverBuild.library().toString();
    System.setProperty(CudaDriver.PROPERTY, file);
    NativeLibrary.getInstance(file).getFunction("emuReset").invokeVoid(new Object[0]);
    try (CudaContext context = CudaContext.open(CudaDriver.load().gpu(0))) {
      CudaStream stream = context.stream();
      CudaEvent event = context.event();
      DeviceMemory memory = context.allocate(1 << 20);
      PinnedMemory host = context.pin(1 << 20);
      Kernel probe = context.load(ProbeKernel.ptx(), "probe").kernel(ProbeKernel.NAME);
      Kernel wide = new Kernel(context.load(ProbeKernel.ptx(), "probe"), "wide", 1, null);
      NativeLibrary.getInstance(file)
          .getFunction("emuSet")
          .invokeVoid(new Object[] {"EMU_MODE", "noop"});
      for (int turn = 0; turn < TURNS; turn++) {
        measure("cuCtxSetCurrent", i -> context.makeCurrent());
        measure("cuEventRecord", i -> stream.record(event));
        measure("cuStreamWaitEvent", i -> stream.waitFor(event));
        measure("cuMemcpyHtoDAsync", i -> stream.upload(host, 0, memory, i & 1023, 4096));
        measure("cuMemsetD32Async", i -> stream.fill(memory, 4L * (i & 1023), 0, 16));
        measure(
            "launch, 3 arguments",
            i -> stream.call(probe).pointer(memory).i32(i).f32(i).launch(8, 128));
        measure(
            "launch, 20 arguments",
            i ->
                stream
                    .call(wide)
                    .pointer(memory)
                    .pointer(memory, 64)
                    .pointer(memory, 128)
                    .pointer(memory, 192)
                    .pointer(memory)
                    .pointer(memory, 64)
                    .pointer(memory, 128)
                    .pointer(memory, 192)
                    .i32(i)
                    .i32(i)
                    .i32(i)
                    .i32(i)
                    .i32(i)
                    .i32(i)
                    .f32(i)
                    .f32(i)
                    .f32(i)
                    .f32(i)
                    .f32(i)
                    .f32(i)
                    .launch(12288, 128));
        System.out.println();
      }
    }
  }

  private static void measure(String what, Call call) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = threads.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    long cpu = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < CALLS; i++) {
      call.run(i);
    }
    double used = (threads.getCurrentThreadCpuTime() - cpu) / (double) CALLS;
    double nanos = (System.nanoTime() - start) / (double) CALLS;
    double garbage = (threads.getCurrentThreadAllocatedBytes() - bytes) / (double) CALLS;
    System.out.printf(
        Locale.ROOT, "%-22s %6.0f ns of CPU  %6.0f ns  %6.1f bytes%n", what, used, nanos, garbage);
  }
}
