package io.github.sae4j.format;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Other names that the pickle of a tensor file may use: PyTorch's other kinds of tensors and types,
 * and values of Python and NumPy. They are known to be harmless; none is called, and the values
 * they would create are not read.
 */
final class TorchOpaque {
  /** Unsupported storage classes and element types, including future ones. */
  private static final Pattern OTHER_TYPES =
      Pattern.compile(
          "torch\\.([A-Z]\\w*Storage|(q?u?int|float|complex|bits)\\d\\w*|per_(tensor|channel)_\\w+"
              + "|sparse_\\w+|strided|(contiguous|preserve)_format|channels_last\\w*)");

  /** Names whose values are not read, with descriptions. */
  private static final Map<String, String> OPAQUE =
      Map.ofEntries(
          entry("torch._utils._rebuild_sparse_tensor", "a sparse tensor"),
          entry("torch._utils._rebuild_sparse_csr_tensor", "a sparse tensor"),
          entry("torch._utils._rebuild_nested_tensor", "a nested tensor"),
          entry("torch._utils._rebuild_qtensor", "a quantised tensor"),
          entry("torch._utils._rebuild_meta_tensor_no_storage", "a tensor without numbers"),
          entry("torch._utils._rebuild_wrapper_subclass", "a tensor without numbers"),
          entry("torch._utils._rebuild_device_tensor_from_numpy", "a tensor on another device"),
          entry(
              "torch._utils._rebuild_device_tensor_from_cpu_tensor", "a tensor on another device"),
          entry("torch.serialization._get_layout", "a layout"),
          entry("torch.Tensor", "a class"),
          entry("torch.nn.parameter.Parameter", "a class"),
          entry("_codecs.encode", "bytes"),
          entry("builtins.bytearray", "bytes"),
          entry("builtins.bytes", "bytes"),
          entry("builtins.set", "a set"),
          entry("builtins.frozenset", "a set"),
          entry("builtins.complex", "a complex number"),
          entry("builtins.list", "a list"),
          entry("builtins.tuple", "a tuple"),
          entry("builtins.dict", "a dictionary"),
          entry("builtins.int", "a number"),
          entry("builtins.float", "a number"),
          entry("builtins.bool", "a number"),
          entry("builtins.str", "a text"),
          entry("builtins.range", "a range"),
          entry("builtins.xrange", "a range"),
          entry("builtins.slice", "a slice"),
          entry("collections.deque", "a queue"),
          entry("collections.Counter", "a count"),
          entry("datetime.datetime", "a date"),
          entry("datetime.date", "a date"),
          entry("datetime.timedelta", "a time"),
          entry("decimal.Decimal", "a decimal number"),
          entry("fractions.Fraction", "a fraction"),
          entry("uuid.UUID", "a UUID"),
          entry("pathlib.Path", "a path"),
          entry("pathlib.PosixPath", "a path"),
          entry("pathlib.PurePosixPath", "a path"),
          entry("pathlib.WindowsPath", "a path"),
          entry("numpy.dtype", "a NumPy type"),
          entry("numpy.ndarray", "a class"),
          entry("numpy.core.multiarray.scalar", "a NumPy number"),
          entry("numpy.core.multiarray._reconstruct", "a NumPy array"),
          entry("numpy.core.numeric._frombuffer", "a NumPy array"),
          entry("numpy._core.multiarray.scalar", "a NumPy number"),
          entry("numpy._core.multiarray._reconstruct", "a NumPy array"),
          entry("numpy._core.numeric._frombuffer", "a NumPy array"));

  private TorchOpaque() {}

  /** Whether this is an unsupported element type or a storage class of one. */
  static boolean isType(String name) {
    return OTHER_TYPES.matcher(name).matches();
  }

  /** Describes what calling this name returns; empty if the call is not known to be harmless. */
  static Optional<TorchValues.Opaque> valueOf(String name) {
    return Optional.ofNullable(OPAQUE.get(name)).map(TorchValues.Opaque::new);
  }
}
