package io.github.sae4j.format;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The few names that a pickle of tensors asks for, and what calling them gives. All else is
 * refused: a pickle may name any function of any Python library.
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

  /** Something that a pickle may ask for. */
  enum Function {
    ORDERED_DICT,
    TENSOR_V2,
    TENSOR_V3,
    PARAMETER,
    SIZE,
    DEVICE,
    UNTYPED_STORAGE
  }

  /** A type of elements, or a class of storages of it. */
  record Type(DType dtype) {}

  /** What a name stands for: a {@link Function} or a {@link Type}. */
  static Optional<Object> named(String name) {
    return switch (name) {
      case "collections.OrderedDict" -> Optional.of(Function.ORDERED_DICT);
      case "torch._utils._rebuild_tensor_v2" -> Optional.of(Function.TENSOR_V2);
      case "torch._utils._rebuild_tensor_v3" -> Optional.of(Function.TENSOR_V3);
      case "torch._utils._rebuild_parameter" -> Optional.of(Function.PARAMETER);
      case "torch.Size" -> Optional.of(Function.SIZE);
      case "torch.device" -> Optional.of(Function.DEVICE);
      case "torch.storage.UntypedStorage", "torch.UntypedStorage" ->
          Optional.of(Function.UNTYPED_STORAGE);
      default -> {
        DType dtype = STORAGES.getOrDefault(name, TYPES.get(name));
        yield Optional.ofNullable(dtype).map(Type::new);
      }
    };
  }

  /**
   * The result of a call.
   *
   * @throws IllegalArgumentException if these are no arguments for it
   */
  static Object call(Object function, List<?> arguments) {
    if (!(function instanceof Function known)) {
      throw new IllegalArgumentException("something is called that is no function");
    }
    return switch (known) {
      case ORDERED_DICT -> orderedDict(arguments);
      case TENSOR_V2 -> {
        TorchPickle.Storage storage = argument(arguments, 0, TorchPickle.Storage.class);
        yield tensor(storage, storage.dtype(), arguments);
      }
      case TENSOR_V3 -> {
        TorchPickle.Storage storage = argument(arguments, 0, TorchPickle.Storage.class);
        yield tensor(storage, argument(arguments, 6, Type.class).dtype(), arguments);
      }
      case PARAMETER -> argument(arguments, 0, TorchPickle.Tensor.class);
      case SIZE -> argument(arguments, 0, List.class);
      case DEVICE -> argument(arguments, 0, String.class);
      case UNTYPED_STORAGE -> throw new IllegalArgumentException("a storage is no function");
    };
  }

  private static Map<Object, Object> orderedDict(List<?> arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      for (Object pair : argument(arguments, 0, List.class)) {
        if (!(pair instanceof List<?> two) || two.size() != 2) {
          throw new IllegalArgumentException("a dictionary is made of something else than pairs");
        }
        map.put(TorchPickle.key(two.get(0)), two.get(1));
      }
    }
    return map;
  }

  private static TorchPickle.Tensor tensor(
      TorchPickle.Storage storage, DType dtype, List<?> arguments) {
    if (dtype == null) {
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
    return new TorchPickle.Tensor(storage, dtype, offset, shape, strides);
  }

  private static List<Long> sizes(List<?> values) {
    return values.stream()
        .map(
            value -> {
              if (!(value instanceof Long size) || size < 0) {
                throw new IllegalArgumentException("a shape or stride holds no number from 0 on");
              }
              return size;
            })
        .toList();
  }

  private static <T> T argument(List<?> arguments, int index, Class<T> type) {
    if (index >= arguments.size() || !type.isInstance(arguments.get(index))) {
      throw new IllegalArgumentException(
          "argument %d of a call is missing or is no %s".formatted(index, type.getSimpleName()));
    }
    return type.cast(arguments.get(index));
  }
}
