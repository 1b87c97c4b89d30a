package io.github.sae4j.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory, streams, events and kernels on the emulated driver. */
class CudaContextTest {
  private static final int N = 100;
  private static final long BYTES = 4L * N;

  @RegisterExtension private final FakeDriver fake = new FakeDriver();

  private static CudaContext open() {
    return CudaContext.open(CudaDriver.load().gpu(0));
  }

  private static Kernel probe(CudaContext context) {
    return context.load(ProbeKernel.ptx(), "probe.ptx").kernel(ProbeKernel.NAME);
  }

  private static float[] floats(PinnedMemory memory) {
    FloatBuffer buffer = memory.buffer().asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  private static float[] expected(float a) {
    float[] values = new float[N];
    for (int i = 0; i < N; i++) {
      values[i] = Math.fma(a, (float) i, (float) i);
    }
    return values;
  }

  private static void assertBits(float[] expected, float[] actual) {
    assertEquals(FloatBuffer.wrap(expected), FloatBuffer.wrap(actual));
  }

  @ParameterizedTest
  @ValueSource(strings = {"eager", "late"})
  void aKernelRunsOnMemoryThatIsCopiedThereAndBack(String mode) {
    fake.set("EMU_MODE", mode);
    try (CudaContext context = open();
        CudaStream stream = context.stream();
        DeviceMemory memory = context.allocate(BYTES);
        PinnedMemory host = context.pin(BYTES)) {
      stream.call(probe(context)).pointer(memory).i32(N).f32(.1f).launch(4, 32);
      stream.download(memory, 0, host, 0, BYTES);
      stream.synchronize();
      assertBits(expected(.1f), floats(host));
      host.buffer().asFloatBuffer().put(7, 42);
      stream.upload(host, 28, memory, 0, 4);
      stream.copy(memory, 0, memory, 12, 4);
      stream.fill(memory, 4, Float.floatToRawIntBits(-1), 2);
      stream.download(memory, 0, host, 0, 16);
      stream.synchronize();
      assertBits(new float[] {42, -1, -1, 42}, floats(host.buffer(0, 16).asFloatBuffer()));
      stream.clear(memory);
      stream.download(memory, 0, host, 0, BYTES);
      stream.synchronize();
      assertBits(new float[N], floats(host));
    }
  }

  private static float[] floats(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /** In late mode a stream that does not wait for another one sees what was there before. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aForgottenWaitGivesWrongNumbers(boolean waits) {
    fake.set("EMU_MODE", "late");
    try (CudaContext context = open()) {
      CudaStream compute = context.stream();
      CudaStream copies = context.stream();
      CudaEvent computed = context.event();
      DeviceMemory memory = context.allocate(BYTES);
      PinnedMemory host = context.pin(BYTES);
      compute.call(probe(context)).pointer(memory).i32(N).f32(2).launch(1, 128);
      compute.record(computed);
      if (waits) {
        copies.waitFor(computed);
      }
      copies.download(memory, 0, host, 0, BYTES);
      copies.synchronize();
      assertEquals(waits, FloatBuffer.wrap(expected(2)).equals(host.buffer().asFloatBuffer()));
    }
  }

  @Test
  void anEventIsDoneWhenWhatCameBeforeItIs() {
    fake.set("EMU_MODE", "late");
    try (CudaContext context = open()) {
      CudaStream stream = context.stream();
      CudaEvent first = context.timingEvent();
      CudaEvent second = context.timingEvent();
      DeviceMemory memory = context.allocate(BYTES);
      assertTrue(first.isDone());
      stream.record(first);
      stream.clear(memory);
      stream.record(second);
      stream.clear(memory);
      assertFalse(first.isDone());
      first.synchronize();
      assertTrue(first.isDone());
      assertEquals(3, fake.pending());
      assertFalse(stream.isDone());
      second.synchronize();
      assertTrue(second.millisecondsSince(first) >= 0);
      while (!stream.isDone()) {
        Thread.onSpinWait();
      }
      assertEquals(0, fake.pending());
    }
  }

  /** A context belongs to a thread in the driver, but not here: any thread may use it. */
  @ParameterizedTest
  @ValueSource(strings = {"eager", "late"})
  void anyThreadMayUseAContext(String mode) throws Exception {
    fake.set("EMU_DEVICES", 2).set("EMU_MODE", mode);
    CudaDriver driver = CudaDriver.load();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (CudaContext first = CudaContext.open(driver.gpu(0));
        CudaContext second = CudaContext.open(driver.gpu(1))) {
      List<CudaContext> contexts = List.of(first, second);
      List<Kernel> kernels = contexts.stream().map(CudaContextTest::probe).toList();
      List<Future<?>> runs = new ArrayList<>();
      for (int run = 0; run < 40; run++) {
        int n = run;
        runs.add(
            threads.submit(
                () -> {
                  CudaContext context = contexts.get(n % 2);
                  try (CudaStream stream = context.stream();
                      DeviceMemory memory = context.allocate(BYTES);
                      PinnedMemory host = context.pin(BYTES)) {
                    stream.call(kernels.get(n % 2)).pointer(memory).i32(N).f32(n).launch(1, 128);
                    stream.download(memory, 0, host, 0, BYTES);
                    stream.synchronize();
                    assertBits(expected(n), floats(host));
                  }
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** What another library did to the thread's context is undone by makeCurrent. */
  @Test
  void aThreadsContextIsSetOnlyWhenItChanges() throws ExecutionException, InterruptedException {
    try (CudaContext context = open()) {
      CudaStream stream = context.stream();
      DeviceMemory memory = context.allocate(BYTES);
      long before = fake.calls("cuCtxSetCurrent");
      for (int i = 0; i < 100; i++) {
        stream.clear(memory);
      }
      assertEquals(before, fake.calls("cuCtxSetCurrent"));
      assertEquals(0, DriverFunctions.cuCtxSetCurrent(0));
      assertThrows(CudaException.class, () -> stream.clear(memory));
      context.makeCurrent();
      stream.clear(memory);
    }
  }

  @Test
  void rangesAreChecked() {
    fake.set("EMU_DEVICES", 2);
    CudaDriver driver = CudaDriver.load();
    try (CudaContext context = CudaContext.open(driver.gpu(0));
        CudaContext other = CudaContext.open(driver.gpu(1))) {
      CudaStream stream = context.stream();
      DeviceMemory memory = context.allocate(BYTES);
      PinnedMemory host = context.pin(BYTES);
      long copies = fake.calls("cuMemcpyHtoDAsync_v2");
      for (long[] wrong : new long[][] {{0, 1}, {1, 0}, {-1, 0}, {0, -1}, {0, Long.MAX_VALUE}}) {
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> stream.upload(host, wrong[0], memory, wrong[1], BYTES));
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> stream.copy(memory, wrong[0], memory, wrong[1], BYTES));
      }
      assertThrows(IndexOutOfBoundsException.class, () -> stream.fill(memory, 4, 0, N));
      assertThrows(IllegalArgumentException.class, () -> stream.fill(memory, 2, 0, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> memory.address(BYTES));
      assertThrows(IndexOutOfBoundsException.class, () -> host.buffer(1, (int) BYTES));
      assertThrows(IllegalArgumentException.class, () -> context.allocate(0));
      assertThrows(IllegalArgumentException.class, () -> context.pin(0));
      DeviceMemory elsewhere = other.allocate(BYTES);
      assertThrows(
          IllegalArgumentException.class, () -> stream.upload(host, 0, elsewhere, 0, BYTES));
      assertEquals(copies, fake.calls("cuMemcpyHtoDAsync_v2"));
    }
  }

  @Test
  void aContextThatCannotBeEnteredIsGivenBack() {
    CudaDriver driver = CudaDriver.load();
    fake.set("EMU_FAIL", "cuCtxSetCurrent:*:201");
    assertThrows(CudaException.class, () -> CudaContext.open(driver.gpu(0)));
    assertEquals(1, fake.calls("cuDevicePrimaryCtxRelease_v2"));
    assertEquals(0, fake.leaks());
  }

  @Test
  void argumentsAreThoseThatTheKernelTakes() {
    try (CudaContext context = open()) {
      CudaStream stream = context.stream();
      Kernel probe = probe(context);
      DeviceMemory memory = context.allocate(BYTES);
      KernelCall few = stream.call(probe).pointer(memory).i32(N);
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> few.launch(1, 32))
              .getMessage()
              .equals("the kernel sae4j_probe takes 3 arguments, got 2"));
      KernelCall wide = stream.call(probe).pointer(memory).i64(N).f32(1);
      assertEquals(
          "the kernel sae4j_probe takes 4 bytes as argument 2, got 8",
          assertThrows(IllegalArgumentException.class, () -> wide.launch(1, 32)).getMessage());
      assertThrows(IllegalStateException.class, () -> wide.launch(1, 32));
      assertEquals(0, fake.calls("cuLaunchKernel"));
      KernelCall large = stream.call(probe).pointer(memory).i32(N).f32(1);
      assertTrue(
          assertThrows(CudaException.class, () -> large.launch(1, 1025))
              .getMessage()
              .contains("the kernel sae4j_probe cannot be launched with 1 x 1 blocks of 1025"));
      KernelCall tall = stream.call(probe).pointer(memory).i32(N).f32(1);
      assertEquals(
          "the kernel sae4j_probe would need 65,536 blocks in the grid's second dimension, which has at most 65,535: choose a smaller batch",
          assertThrows(IllegalArgumentException.class, () -> tall.launch(1, 65_536, 32, 0))
              .getMessage());
      KernelCall shared = stream.call(probe).pointer(memory).i32(N).f32(1);
      assertThrows(CudaException.class, () -> shared.launch(1, 1, 32, 49_153));
      assertEquals(32, probe.registers());
      assertEquals(2, probe.blocksPerMultiprocessor(1024, 0));
      probe.allowShared(100_000);
      CudaModule module = context.load(ProbeKernel.ptx(), "probe.ptx");
      assertTrue(
          assertThrows(CudaException.class, () -> module.kernel("missing"))
              .getMessage()
              .contains("the module probe.ptx has no kernel missing"));
      Kernel gone = module.kernel(ProbeKernel.NAME);
      module.close();
      KernelCall late = stream.call(gone).pointer(memory).i32(N).f32(1);
      assertThrows(IllegalStateException.class, () -> late.launch(1, 32));
    }
  }

  @Test
  void launchesMakeNoGarbage() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (CudaContext context = open()) {
      CudaStream stream = context.stream();
      DeviceMemory memory = context.allocate(BYTES);
      Kernel probe = probe(context);
      fake.set("EMU_MODE", "noop");
      stream.call(probe).pointer(memory).i32(N).f32(1).launch(1, 128);
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 10_000; i++) {
        stream.call(probe).pointer(memory, 4).i32(i).f32(1).launch(1, 128);
      }
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(bytes < 10_000, bytes + " bytes");
      fake.set("EMU_MODE", "eager");
    }
  }

  @Test
  void whatIsOpenIsClosedWithItsContext() {
    CudaContext context = open();
    DeviceMemory memory = context.allocate(BYTES);
    PinnedMemory host = context.pin(BYTES);
    CudaStream stream = context.stream();
    CudaEvent event = context.event();
    probe(context);
    assertEquals(5, context.open().size());
    assertEquals(6, fake.leaks());
    event.close();
    event.close();
    assertEquals(4, context.open().size());
    assertEquals(5, fake.leaks());
    context.close();
    context.close();
    assertEquals(0, fake.leaks());
    assertEquals(1, fake.calls("cuEventDestroy_v2"));
    assertTrue(memory.isClosed() && host.isClosed() && stream.isClosed());
    assertThrows(IllegalStateException.class, () -> memory.address(0));
    assertThrows(IllegalStateException.class, () -> host.buffer(0, 1));
    assertThrows(IllegalStateException.class, () -> context.allocate(1));
    assertThrows(IllegalStateException.class, () -> stream.record(event));
    try (CudaContext again = open()) {
      again.allocate(BYTES).close();
    }
  }

  /** A context that was closed on one thread may be opened again and used on another. */
  @Test
  void aContextThatIsOpenedAgainIsSetAgain() {
    open().close();
    try (CudaContext context = open()) {
      assertEquals(0, DriverFunctions.cuCtxSetCurrent(0));
      context.allocate(1).close();
    }
  }

  @Test
  void closingMemoryWaitsForWhatUsesIt() {
    fake.set("EMU_MODE", "late");
    try (CudaContext context = open()) {
      CudaStream stream = context.stream();
      DeviceMemory memory = context.allocate(BYTES);
      DeviceMemory other = context.allocate(BYTES);
      PinnedMemory host = context.pin(BYTES);
      stream.clear(memory);
      memory.close();
      assertEquals(0, fake.pending());
      stream.download(other, 0, host, 0, BYTES);
      host.close();
      assertEquals(0, fake.pending());
    }
  }

  @Test
  void memoryThatIsFullIsNamed() {
    fake.set("EMU_MEMORY_MB", 3);
    try (CudaContext context = open()) {
      DeviceMemory first = context.allocate(1 << 20);
      assertEquals(new CudaContext.MemoryInfo(2 << 20, 3 << 20), context.memory());
      CudaException full = assertThrows(CudaException.class, () -> context.allocate((2 << 20) + 1));
      assertEquals(CudaStatus.OUT_OF_MEMORY, full.status());
      assertTrue(
          full.getMessage()
              .startsWith(
                  "GPU 0 (Emulated on the CPU): 2,097,153 bytes cannot be allocated, 2,097,152 of"
                      + " 3,145,728 are free: out of memory (CUDA_ERROR_OUT_OF_MEMORY, 2); use"),
          full.getMessage());
      first.close();
      context.allocate((2 << 20) + 1).close();
    }
    assertEquals((2 << 20) + 1, fake.peakBytes(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cuCtxSetCurrent",
        "cuStreamCreate",
        "cuMemAlloc_v2",
        "cuMemHostAlloc",
        "cuEventCreate",
        "cuModuleLoadDataEx",
        "cuModuleGetFunction",
        "cuLaunchKernel",
        "cuMemcpyDtoHAsync_v2",
        "cuEventRecord",
        "cuStreamSynchronize"
      })
  void aCallThatFailsLosesNothing(String function) {
    fake.set("EMU_FAIL", function + ":2:801");
    CudaException failed =
        assertThrows(
            CudaException.class,
            () -> {
              for (int turn = 0; turn < 2; turn++) {
                try (CudaContext context = open()) {
                  CudaStream stream = context.stream();
                  DeviceMemory memory = context.allocate(BYTES);
                  PinnedMemory host = context.pin(BYTES);
                  CudaEvent event = context.event();
                  stream.call(probe(context)).pointer(memory).i32(N).f32(1).launch(1, 128);
                  stream.download(memory, 0, host, 0, BYTES);
                  stream.record(event);
                  stream.synchronize();
                }
              }
            });
    assertEquals(CudaStatus.NOT_SUPPORTED, failed.status(), failed.getMessage());
    assertEquals(1, failed.getMessage().lines().count());
    assertTrue(failed.getMessage().startsWith("GPU 0 (Emulated on the CPU): "));
  }

  /** A fault of a kernel shows at a later call, and the context can still be closed. */
  @Test
  void aKernelThatFailsStopsTheContext() {
    fake.set("EMU_MODE", "late");
    CudaContext context = open();
    CudaStream stream = context.stream();
    DeviceMemory memory = context.allocate(BYTES);
    long address = memory.address(0);
    stream.call(probe(context)).i64(address + (1 << 30)).i32(N).f32(1).launch(1, 128);
    CudaException stopped = assertThrows(CudaException.class, stream::synchronize);
    assertEquals(CudaStatus.ILLEGAL_ADDRESS, stopped.status());
    assertTrue(stopped.status().isFatal());
    assertTrue(fake.why().contains("sae4j_probe: argument 1"), fake.why());
    assertThrows(CudaException.class, () -> context.allocate(1));
    context.close();
    fake.expectLeaks(); // a process that failed so must end
  }

  @Test
  void ptxThatTheDriverRefusesIsNamed() {
    fake.set("EMU_VERSION", 11000);
    try (CudaContext context = open()) {
      String newer = ProbeKernel.ptx().replace(".version 7.0", ".version 8.3");
      CudaException refused =
          assertThrows(CudaException.class, () -> context.load(newer, "newer.ptx"));
      assertEquals(CudaStatus.UNSUPPORTED_PTX_VERSION, refused.status());
      assertTrue(
          refused
              .getMessage()
              .contains(
                  "the kernels of newer.ptx cannot be loaded (ptxas application ptx input, line 1;"
                      + " fatal   : Unsupported .version 8.3; current version is '7.0')"),
          refused.getMessage());
      assertEquals(
          CudaStatus.INVALID_PTX,
          assertThrows(CudaException.class, () -> context.load("nonsense", "x")).status());
    }
  }

  @Test
  void devicesCopyToEachOther() {
    fake.set("EMU_DEVICES", 2).set("EMU_MODE", "late");
    CudaDriver driver = CudaDriver.load();
    try (CudaContext first = CudaContext.open(driver.gpu(0));
        CudaContext second = CudaContext.open(driver.gpu(1))) {
      CudaStream a = first.stream();
      CudaStream b = second.stream();
      DeviceMemory from = first.allocate(BYTES);
      DeviceMemory to = second.allocate(BYTES);
      PinnedMemory host = second.pin(BYTES);
      CudaEvent copied = first.event();
      a.call(probe(first)).pointer(from).i32(N).f32(3).launch(1, 128);
      a.copy(from, 0, to, 0, BYTES);
      a.record(copied);
      b.waitFor(copied);
      b.download(to, 0, host, 0, BYTES);
      b.synchronize();
      assertBits(expected(3), floats(host));
      assertEquals(1, fake.calls("cuMemcpyPeerAsync"));
      second.enableAccessTo(first);
      second.enableAccessTo(first);
      b.call(probe(second)).pointer(from).i32(N).f32(1).launch(1, 128);
      b.synchronize();
    }
  }

  @Test
  void aKernelCannotUseAnotherDevicesMemoryUnasked() {
    fake.set("EMU_DEVICES", 2);
    CudaDriver driver = CudaDriver.load();
    CudaContext first = CudaContext.open(driver.gpu(0));
    try (CudaContext second = CudaContext.open(driver.gpu(1))) {
      DeviceMemory there = second.allocate(BYTES);
      KernelCall call = first.stream().call(probe(first)).pointer(there).i32(N).f32(1);
      assertThrows(CudaException.class, () -> call.launch(1, 128));
    }
    first.close();
    fake.expectLeaks();
  }
}
