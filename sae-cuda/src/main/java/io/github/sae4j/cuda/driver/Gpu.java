package io.github.sae4j.cuda.driver;

import static io.github.sae4j.cuda.driver.CudaException.check;

import com.sun.jna.Native;
import java.nio.charset.StandardCharsets;

/**
 * A GPU as the driver describes it; {@link CudaContext#open} makes it usable.
 *
 * @param ordinal number among the visible GPUs, from 0
 * @param handle the driver's {@code CUdevice}
 * @param name such as {@code NVIDIA H200}
 * @param busId its place on the PCI bus, such as {@code 0000:65:00.0}
 * @param major major number of the compute capability
 * @param minor minor number of the compute capability
 * @param memory bytes of its memory
 * @param multiprocessors number of its multiprocessors
 * @param l2Bytes size of its L2 cache
 * @param sharedBytes most shared memory that one block may ask for
 */
public record Gpu(
    int ordinal,
    int handle,
    String name,
    String busId,
    int major,
    int minor,
    long memory,
    int multiprocessors,
    int l2Bytes,
    int sharedBytes) {
  /** The lowest supported compute capability, of Turing: 10·major + minor. */
  public static final int LEAST_CAPABILITY = 75;

  private static final int MULTIPROCESSOR_COUNT = 16;
  private static final int L2_CACHE_SIZE = 38;
  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;
  private static final int MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97;

  static Gpu of(int ordinal) {
    int[] device = new int[1];
    String who = "GPU " + ordinal;
    check(DriverFunctions.cuDeviceGet(device, ordinal), who);
    byte[] name = new byte[256];
    check(DriverFunctions.cuDeviceGetName(name, name.length, device[0]), who);
    byte[] bus = new byte[32];
    check(DriverFunctions.cuDeviceGetPCIBusId(bus, bus.length, device[0]), who);
    long[] memory = new long[1];
    check(DriverFunctions.cuDeviceTotalMem_v2(memory, device[0]), who);
    return new Gpu(
        ordinal,
        device[0],
        Native.toString(name, StandardCharsets.UTF_8),
        Native.toString(bus, StandardCharsets.US_ASCII),
        attribute(CAPABILITY_MAJOR, device[0], who),
        attribute(CAPABILITY_MINOR, device[0], who),
        memory[0],
        attribute(MULTIPROCESSOR_COUNT, device[0], who),
        attribute(L2_CACHE_SIZE, device[0], who),
        attribute(MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, device[0], who));
  }

  private static int attribute(int attribute, int device, String who) {
    int[] value = new int[1];
    check(DriverFunctions.cuDeviceGetAttribute(value, attribute, device), who);
    return value[0];
  }

  /** Returns whether our kernels have code for it. */
  public boolean isSupported() {
    return 10 * major + minor >= LEAST_CAPABILITY;
  }

  /** Returns the compute capability, such as {@code 9.0}. */
  public String capability() {
    return major + "." + minor;
  }

  /** Returns whether kernels on this GPU can be given access to another one's memory. */
  public boolean canAccess(Gpu peer) {
    int[] can = new int[1];
    check(DriverFunctions.cuDeviceCanAccessPeer(can, handle, peer.handle), this + " and " + peer);
    return can[0] != 0;
  }

  @Override
  public String toString() {
    return "GPU " + ordinal + " (" + name + ")";
  }
}
