package io.github.sae4j.cuda.driver;

import com.sun.jna.Pointer;

/**
 * The functions of {@code libcuda.so.1} that are used, under the names that the library exports:
 * {@code cuda.h} maps {@code cuMemAlloc} to {@code cuMemAlloc_v2}, and so on. Each returns a {@code
 * CUresult}. Handles, device addresses and {@code size_t} are longs.
 *
 * <p>JNA's direct mapping binds them by {@link DriverLibrary}. Every driver since CUDA 11.0 exports
 * all of them.
 */
final class DriverFunctions {
  private DriverFunctions() {}

  static native int cuInit(int flags);

  static native int cuDriverGetVersion(int[] version);

  static native int cuGetErrorName(int status, long[] name);

  static native int cuDeviceGetCount(int[] count);

  static native int cuDeviceGet(int[] device, int ordinal);

  static native int cuDeviceGetName(byte[] name, int length, int device);

  static native int cuDeviceGetPCIBusId(byte[] id, int length, int device);

  static native int cuDeviceGetAttribute(int[] value, int attribute, int device);

  static native int cuDeviceTotalMem_v2(long[] bytes, int device);

  static native int cuDeviceCanAccessPeer(int[] can, int device, int peer);

  static native int cuDevicePrimaryCtxRetain(long[] context, int device);

  static native int cuDevicePrimaryCtxRelease_v2(int device);

  static native int cuCtxSetCurrent(long context);

  static native int cuCtxSynchronize();

  static native int cuCtxEnablePeerAccess(long peerContext, int flags);

  static native int cuMemGetInfo_v2(long[] free, long[] total);

  static native int cuMemAlloc_v2(long[] address, long bytes);

  static native int cuMemFree_v2(long address);

  static native int cuMemHostAlloc(long[] address, long bytes, int flags);

  static native int cuMemFreeHost(long address);

  static native int cuMemcpyHtoDAsync_v2(long to, long from, long bytes, long stream);

  static native int cuMemcpyDtoHAsync_v2(long to, long from, long bytes, long stream);

  static native int cuMemcpyDtoDAsync_v2(long to, long from, long bytes, long stream);

  static native int cuMemcpyPeerAsync(
      long to, long toContext, long from, long fromContext, long bytes, long stream);

  static native int cuMemsetD8Async(long address, byte value, long count, long stream);

  static native int cuMemsetD32Async(long address, int value, long count, long stream);

  static native int cuStreamCreate(long[] stream, int flags);

  static native int cuStreamDestroy_v2(long stream);

  static native int cuStreamSynchronize(long stream);

  static native int cuStreamQuery(long stream);

  static native int cuStreamWaitEvent(long stream, long event, int flags);

  static native int cuEventCreate(long[] event, int flags);

  static native int cuEventDestroy_v2(long event);

  static native int cuEventRecord(long event, long stream);

  static native int cuEventSynchronize(long event);

  static native int cuEventQuery(long event);

  static native int cuEventElapsedTime(float[] milliseconds, long from, long to);

  static native int cuModuleLoadDataEx(
      long[] module, Pointer image, int count, int[] options, long[] values);

  static native int cuModuleUnload(long module);

  static native int cuModuleGetFunction(long[] function, long module, String name);

  static native int cuFuncGetAttribute(int[] value, int attribute, long function);

  static native int cuFuncSetAttribute(long function, int attribute, int value);

  static native int cuOccupancyMaxActiveBlocksPerMultiprocessor(
      int[] blocks, long function, int threads, long sharedBytes);

  static native int cuLaunchKernel(
      long function,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int blockY,
      int blockZ,
      int sharedBytes,
      long stream,
      long parameters,
      long extra);
}
