package io.github.sae4j.format;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The few names that a pickle of tensors uses, and the results of calling them. All others are
 * refused, because a pickle may name any function of any Python library.
 */
final class TorchGlobals {
  private static final Map<String, DType> STORAGES =
      Map.of(
          "torch.DoubleStorage", DType.F64,
          "torch.FloatStorage", DType.F32,
          "torch.HalfStorage", DType.F16,
          "torch.BFloat16Storage", DType.BF16,
          "torch.LongStorage", DType.I64,
          "torch.IntStorage", DType.I32,
          "torch.ShortStorage", DType.I16,
          "torch.CharStorage", DType.I8,
          "torch.ByteStorage", DType.U8,
          "torch.BoolStorage", DType.BOOL);
  private static final Map<String, DType> TYPES =
      Map.of(
          "torch.float64", DType.F64,
          "torch.float32", DType.F32,
          "torch.float16", DType.F16,
          "torch.bfloat16", DType.BF16,
          "torch.int64", DType.I64,
          "torch.int32", DType.I32,
          "torch.int16", DType.I16,
          "torch.int8", DType.I8,
          "torch.uint8", DType.U8,
          "torch.bool", DType.BOOL);

  private TorchGlobals() {}

  /** A value that a pickle may refer to. */
  enum Function {
    ORDERED_DICT,
    DEFAULT_DICT,
    TENSOR_V2,
    TENSOR_V3,
    PARAMETER,
    SUBCLASS,
    SIZE,
    DEVICE,
    UNTYPED_STORAGE
  }

  /**
   * An element type, or the storage class of one.
   *
   * @param name for messages
   * @param dtype the type, if it is supported
   */
  record Type(String name, Optional<DType> dtype) {}

  /** A function or class whose value is not read. */
  record OpaqueFunction(TorchValues.Opaque value) {}

  /** Resolves a name to a {@link Function}, a {@link Type} or an {@link OpaqueFunction}. */
  static Optional<Object> named(String name) {
    return switch (name) {
      case "collections.OrderedDict" -> Optional.of(Function.ORDERED_DICT);
      case "collections.defaultdict" -> Optional.of(Function.DEFAULT_DICT);
      case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" ->
          Optional.of(Function.TENSOR_V2);
      case "torch._utils._rebuild_tensor_v3" -> Optional.of(Function.TENSOR_V3);
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" ->
          Optional.of(Function.PARAMETER);
      case "torch._tensor._rebuild_from_type_v2" -> Optional.of(Function.SUBCLASS);
      case "torch.Size" -> Optional.of(Function.SIZE);
      case "torch.device" -> Optional.of(Function.DEVICE);
      case "torch.storage.UntypedStorage", "torch.UntypedStorage" ->
          Optional.of(Function.UNTYPED_STORAGE);
      default -> other(name.replaceFirst("^__builtin__\\.", "builtins."));
    };
  }

  private static Optional<Object> other(String name) {
    Optional<DType> dtype = Optional.ofNullable(STORAGES.getOrDefault(name, TYPES.get(name)));
    if (dtype.isPresent() || TorchOpaque.isType(name)) {
      return Optional.of(new Type(name.replaceFirst("Storage$", ""), dtype));
    }
    return TorchOpaque.valueOf(name).map(OpaqueFunction::new);
  }

  /**
   * Returns the result of a call.
   *
   * @throws IllegalArgumentException if the arguments are not valid
   */
  static Object call(Object function, List<?> arguments) {
    if (function instanceof OpaqueFunction opaque) {
      return opaque.value();
    }
    if (!(function instanceof Function known)) {
      throw new IllegalArgumentException("something that is not a function is called");
    }
    return switch (known) {
      case ORDERED_DICT -> orderedDict(arguments);
      case DEFAULT_DICT -> new LinkedHashMap<>();
      case TENSOR_V2 -> {
        TorchValues.Storage storage = argument(arguments, 0, TorchValues.Storage.class);
        yield tensor(storage, storage.typeOrNull(), arguments, 6);
      }
      case TENSOR_V3 -> {
        TorchValues.Storage storage = argument(arguments, 0, TorchValues.Storage.class);
        yield tensor(storage, argument(arguments, 6, Type.class), arguments, 7);
      }
      case PARAMETER -> parameter(arguments);
      case SUBCLASS -> subclass(arguments);
      case SIZE -> argument(arguments, 0, List.class);
      case DEVICE -> argument(arguments, 0, String.class);
      case UNTYPED_STORAGE ->
          throw new IllegalArgumentException("a storage class is called as a function");
    };
  }

  /** The tensor of a subclass is first built by another function. */
  private static Object subclass(List<?> arguments) {
    Object function = argument(arguments, 0, Object.class);
    if (function == Function.SUBCLASS) {
      throw new IllegalArgumentException(
          "a tensor of a subclass is built from another such tensor");
    }
    return call(function, argument(arguments, 2, List.class));
  }

  /** Returns what a parameter wraps: a tensor, or an unsupported value. */
  private static Object parameter(List<?> arguments) {
    Object data = argument(arguments, 0, Object.class);
    return data instanceof TorchValues.Opaque
        ? data
        : argument(arguments, 0, TorchValues.Tensor.class);
  }

  private static Map<Object, Object> orderedDict(List<?> arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      for (Object pair : argument(arguments, 0, List.class)) {
        if (!(pair instanceof List<?> two) || two.size() != 2) {
          throw new IllegalArgumentException(
              "a dictionary is built from something other than pairs");
        }
        map.put(TorchValues.key(two.get(0)), two.get(1));
      }
    }
    return map;
  }

  private static TorchValues.Tensor tensor(
      TorchValues.Storage storage, Type type, List<?> arguments, int metadata) {
    if (type == null) {
      throw new IllegalArgumentException("a tensor has no type");
    }
    long offset = argument(arguments, 1, Long.class);
    List<Long> shape = sizes(argument(arguments, 2, List.class));
    List<Long> strides = sizes(argument(arguments, 3, List.class));
    if (offset < 0 || shape.size() != strides.size()) {
      throw new IllegalArgumentException(
          "a tensor cannot have offset %d, shape %s and strides %s"
              .formatted(offset, shape, strides));
    }
    boolean negated = arguments.size() > metadata && isNegated(arguments.get(metadata), type);
    return new TorchValues.Tensor(storage, type, offset, shape, strides, negated);
  }

  /**
   * Reads the properties that PyTorch stores with a tensor: "neg" and "conj" say that its numbers
   * must still be negated or, if complex, conjugated.
   */
  private static boolean isNegated(Object metadata, Type type) {
    if (!(metadata instanceof Map<?, ?> flags)) {
      return false;
    }
    for (Object name : flags.keySet()) {
      boolean known = name.equals("neg") || name.equals("conj");
      if (!known && type.dtype().isPresent()) {
        throw new IllegalArgumentException(
            "a tensor has the property '%s', whose effect on its numbers is unknown"
                .formatted(name));
      }
    }
    return Boolean.TRUE.equals(flags.get("neg"));
  }

  private static List<Long> sizes(List<?> values) {
    return values.stream()
        .map(
            value -> {
              if (!(value instanceof Long size) || size < 0) {
                throw new IllegalArgumentException(
                    "a shape or stride has an entry that is not a number of at least 0");
              }
              return size;
            })
        .toList();
  }

  private static <T> T argument(List<?> arguments, int index, Class<T> type) {
    if (index >= arguments.size() || !type.isInstance(arguments.get(index))) {
      throw new IllegalArgumentException(
          "argument %d of a call is missing or is not a %s".formatted(index, type.getSimpleName()));
    }
    return type.cast(arguments.get(index));
  }
}
