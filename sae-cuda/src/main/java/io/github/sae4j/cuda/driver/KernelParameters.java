package io.github.sae4j.cuda.driver;

import com.sun.jna.Function;
import java.util.Arrays;
import java.util.Optional;

/** Asks the driver for the sizes of a kernel's parameters. */
final class KernelParameters {
  /** The most parameters of a kernel that can be launched. */
  static final int MOST = 64;

  private KernelParameters() {}

  /** Returns the size of each parameter in bytes; a driver before 12.4 cannot say. */
  static Optional<int[]> of(long function) {
    Optional<Function> info = DriverLibrary.optional("cuFuncGetParamInfo");
    if (info.isEmpty()) {
      return Optional.empty();
    }
    int[] sizes = new int[MOST];
    for (int i = 0; i < MOST; i++) {
      long[] offset = new long[1];
      long[] size = new long[1];
      int code = info.get().invokeInt(new Object[] {function, (long) i, offset, size});
      if (code != 0) {
        return Optional.of(Arrays.copyOf(sizes, i));
      }
      sizes[i] = Math.toIntExact(size[0]);
    }
    return Optional.of(sizes);
  }
}
