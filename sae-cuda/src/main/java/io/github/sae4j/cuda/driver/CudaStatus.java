package io.github.sae4j.cuda.driver;

import java.util.HashMap;
import java.util.Map;

/**
 * What a driver function answered ({@code CUresult}), in words, with what to do about it.
 *
 * @see <a href="https://docs.nvidia.com/cuda/cuda-driver-api/group__CUDA__TYPES.html">CUresult</a>
 */
public enum CudaStatus {
  SUCCESS(0, "no error", ""),
  INVALID_VALUE(1, "an argument is out of range", "this is a bug in sae4j; please report it"),
  OUT_OF_MEMORY(
      2,
      "out of memory",
      "use a smaller batch or dictionary, another GPU, or stop what else runs there (nvidia-smi lists it)"),
  NOT_INITIALIZED(3, "the driver is not initialised", "this is a bug in sae4j; please report it"),
  DEINITIALIZED(4, "the driver is shutting down", "do not start work while the process ends"),
  STUB_LIBRARY(
      34,
      "the library is the toolkit's stub, for linking only",
      "remove the toolkit's lib64/stubs from LD_LIBRARY_PATH"),
  DEVICE_UNAVAILABLE(
      46,
      "another process uses the GPU exclusively",
      "stop that process (nvidia-smi lists it), or let the administrator run 'nvidia-smi -c DEFAULT'"),
  NO_DEVICE(
      100,
      "the driver is installed but finds no GPU",
      "check that 'nvidia-smi' lists one; in a container, start it with '--gpus all'; CUDA_VISIBLE_DEVICES may hide it"),
  INVALID_DEVICE(101, "there is no GPU of that number", "'sae doctor' lists the GPUs"),
  INVALID_IMAGE(
      200, "the code of a kernel is not valid", "install the package again; its files are damaged"),
  INVALID_CONTEXT(201, "the thread has no context", "this is a bug in sae4j; please report it"),
  NO_BINARY_FOR_GPU(
      209,
      "there is no code for this GPU",
      "use a GPU of compute capability 7.5 (Turing) or later"),
  ECC_UNCORRECTABLE(214, "an uncorrectable memory error of the GPU", "reset or replace the GPU"),
  PEER_ACCESS_UNSUPPORTED(
      217, "the GPUs cannot read each other's memory", "copies between them go through the host"),
  INVALID_PTX(
      218,
      "the driver's compiler refuses the PTX",
      "install a driver for CUDA 11 or later (450 or newer)"),
  NVLINK_UNCORRECTABLE(220, "an uncorrectable NVLink error", "reset the GPUs"),
  JIT_COMPILER_NOT_FOUND(
      221,
      "the driver's compiler, libnvidia-ptxjitcompiler.so.1, is missing",
      "install it with the driver; in a container, set NVIDIA_DRIVER_CAPABILITIES=compute,utility"),
  UNSUPPORTED_PTX_VERSION(
      222,
      "the driver is too old for this PTX",
      "install a driver for CUDA 11 or later (450 or newer)"),
  JIT_COMPILATION_DISABLED(
      223, "compiling PTX is disabled", "unset CUDA_DISABLE_PTX_JIT and CUDA_DISABLE_JIT"),
  INVALID_HANDLE(400, "a handle is not valid here", "this is a bug in sae4j; please report it"),
  NOT_FOUND(500, "there is nothing of that name", "this is a bug in sae4j; please report it"),
  NOT_READY(600, "not finished yet", "wait for it"),
  ILLEGAL_ADDRESS(
      700,
      "a kernel used an address outside its memory",
      "this is a bug in sae4j; start the process again and report it",
      true),
  LAUNCH_OUT_OF_RESOURCES(
      701,
      "a kernel needs more registers or shared memory than the GPU has",
      "this is a bug in sae4j; please report it"),
  LAUNCH_TIMEOUT(
      702,
      "a kernel ran longer than the display allows",
      "use a GPU without a display, or a smaller batch",
      true),
  PEER_ACCESS_ALREADY_ENABLED(704, "access to the peer is enabled already", "nothing to do"),
  CONTEXT_IS_DESTROYED(
      709, "the GPU's context has been destroyed", "start the process again", true),
  ASSERT(710, "an assertion in a kernel failed", "this is a bug in sae4j; report it", true),
  HARDWARE_STACK_ERROR(
      714, "a kernel overran its stack", "this is a bug in sae4j; report it", true),
  ILLEGAL_INSTRUCTION(
      715, "a kernel has an instruction that the GPU lacks", "update the driver", true),
  MISALIGNED_ADDRESS(
      716, "a kernel used a misaligned address", "this is a bug in sae4j; report it", true),
  LAUNCH_FAILED(
      719,
      "a kernel failed",
      "start the process again; if it happens again, report it with the output of 'sae doctor'",
      true),
  NOT_PERMITTED(800, "the operation is not permitted", "ask the administrator of the machine"),
  NOT_SUPPORTED(801, "the GPU or its driver does not support this", "update the driver"),
  SYSTEM_NOT_READY(
      802,
      "the system is not ready",
      "start the service nvidia-fabricmanager, which GPUs behind an NVSwitch need"),
  SYSTEM_DRIVER_MISMATCH(
      803,
      "the driver's library and its kernel module are of different versions",
      "reboot, or install libcuda.so.1 of the version that /proc/driver/nvidia/version names"),
  COMPAT_NOT_SUPPORTED_ON_DEVICE(
      804,
      "this GPU does not support the toolkit's compatibility library",
      "take its directory, .../compat, out of LD_LIBRARY_PATH, or update the driver"),
  MPS_CONNECTION_FAILED(805, "NVIDIA's MPS server does not answer", "start it again or stop it"),
  UNKNOWN(
      999,
      "the driver gives no reason",
      "reboot, or load its kernel module again: 'nvidia-smi' shows whether it works, dmesg why not",
      true),
  /** A code that is not listed here. */
  UNLISTED(-1, "an error without a sentence of ours", "NVIDIA's list of CUresult explains it");

  private static final Map<Integer, CudaStatus> BY_CODE = new HashMap<>();

  static {
    for (CudaStatus status : values()) {
      BY_CODE.put(status.code, status);
    }
  }

  private final int code;
  private final String meaning;
  private final String advice;
  private final boolean fatal;

  CudaStatus(int code, String meaning, String advice) {
    this(code, meaning, advice, false);
  }

  CudaStatus(int code, String meaning, String advice, boolean fatal) {
    this.code = code;
    this.meaning = meaning;
    this.advice = advice;
    this.fatal = fatal;
  }

  /** Returns the status for a {@code CUresult}; {@link #UNLISTED} if unknown. */
  public static CudaStatus of(int code) {
    return BY_CODE.getOrDefault(code, UNLISTED);
  }

  /** Returns the {@code CUresult}; -1 for {@link #UNLISTED}. */
  public int code() {
    return code;
  }

  /** Returns what happened, as a clause. */
  public String meaning() {
    return meaning;
  }

  /** Returns what to do, as a clause. */
  public String advice() {
    return advice;
  }

  /** Returns whether every later call of the process fails too, so that only a new one helps. */
  public boolean isFatal() {
    return fatal;
  }
}
