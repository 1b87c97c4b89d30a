package io.github.sae4j.format;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a NumPy array file, fully checked.
 *
 * <pre>
 * File   --> 0x93 "NUMPY" Major Minor Length Header Data
 * Length --> little-endian size of the header in bytes: 16 bits in version 1, 32 bits in 2 and 3
 * Header --> Python dictionary with the keys 'descr', 'fortran_order' and 'shape'
 * </pre>
 *
 * Everything that numpy reads is read, such as {@code '=f4'}, {@code 40L}, comments and bytes after
 * the data, except types built from another type with a shape, {@code '()f4'}.
 *
 * <p>(<a
 * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format
 * </a>)
 *
 * @param type the value of 'descr', for messages
 * @param dtype the type, if it is supported
 */
record NpyHeader(
    String type,
    Optional<DType> dtype,
    ByteOrder byteOrder,
    boolean fortranOrder,
    List<Long> shape,
    long dataBegin) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int PREFIX_BYTES = MAGIC.length + 2;
  private static final int MAX_BYTES = 1 << 16;
  private static final int MAX_RANK = 64; // numpy's limit

  /** A kind and a size; before the size, numpy accepts whatever C's strtol does. */
  private static final Pattern SIZED = Pattern.compile("([fiub])[ \\t\\n\\r\\f\\x0b]*\\+?0*(\\d)");

  private static final Set<String> KEYS = Set.of("descr", "fortran_order", "shape");

  /** Reads the header of an array that fills the file. */
  static NpyHeader read(FileBytes bytes) throws IOException {
    return new Parser(bytes, 0, bytes.size()).parse();
  }

  /** Reads the header of an array that fills the bytes {@code [begin, end)} of a file. */
  static NpyHeader read(FileBytes bytes, long begin, long end) throws IOException {
    return new Parser(bytes, begin, end).parse();
  }

  /** Returns the place of the array, if its type is supported. */
  TensorInfo tensor(String name) {
    List<Long> strides = fortranOrder ? TensorInfo.columnMajor(shape) : TensorInfo.rowMajor(shape);
    return new TensorInfo(name, dtype.orElseThrow(), shape, strides, byteOrder, dataBegin);
  }

  /** Parses a type as numpy's {@code dtype} does; empty if it is not supported. */
  private static Optional<DType> dtype(String descr) {
    boolean isOrdered = !descr.isEmpty() && "<>=|".indexOf(descr.charAt(0)) >= 0;
    String name = isOrdered ? descr.substring(1) : descr;
    Matcher sized = SIZED.matcher(name);
    if (sized.matches()) {
      name = sized.group(1) + sized.group(2);
    }
    boolean isMisplaced = isOrdered && name.length() > 2; // a type name has no byte order before it
    return isMisplaced ? Optional.empty() : ofName(name);
  }

  private static Optional<DType> ofName(String name) {
    return switch (name) {
      case "f2", "e", "float16", "half" -> Optional.of(DType.F16);
      case "f4", "f", "float32", "single" -> Optional.of(DType.F32);
      case "f8", "d", "float64", "double", "float" -> Optional.of(DType.F64);
      case "i1", "b", "int8" -> Optional.of(DType.I8);
      case "i2", "h", "int16" -> Optional.of(DType.I16);
      case "i4", "i", "int32" -> Optional.of(DType.I32);
      case "i8", "int64" -> Optional.of(DType.I64);
      case "u1", "B", "uint8" -> Optional.of(DType.U8);
      case "b1", "?", "bool" -> Optional.of(DType.BOOL);
      default -> Optional.empty();
    };
  }

  private record Parser(FileBytes bytes, long from, long end) {

    NpyHeader parse() throws IOException {
      byte[] prefix = copy(from, PREFIX_BYTES);
      if (!startsWithMagic(prefix)) {
        throw malformed(from, "this is not a .npy file");
      }
      int major = prefix[MAGIC.length];
      if (major < 1 || major > 3) {
        throw malformed(from + MAGIC.length, "npy version " + major + " is not 1, 2 or 3");
      }
      if (prefix[MAGIC.length + 1] != 0) {
        throw malformed(
            from + MAGIC.length + 1,
            "npy version %d.%d is not %d.0".formatted(major, prefix[MAGIC.length + 1], major));
      }
      int lengthBytes = major == 1 ? Short.BYTES : Integer.BYTES;
      long lengthAt = from + PREFIX_BYTES;
      ByteBuffer field = ByteBuffer.wrap(copy(lengthAt, lengthBytes));
      field.order(ByteOrder.LITTLE_ENDIAN);
      long length = major == 1 ? field.getShort() & 0xffff : Integer.toUnsignedLong(field.getInt());
      if (length > MAX_BYTES) {
        throw malformed(lengthAt, "an npy header of " + length + " bytes is not plausible");
      }
      long begin = lengthAt + lengthBytes;
      byte[] header = copy(begin, (int) length);
      return read(major, begin, text(major, begin, header), begin + length);
    }

    private String text(int major, long begin, byte[] header) throws MalformedFileException {
      return major < 3
          ? new String(header, StandardCharsets.ISO_8859_1)
          : Utf8.decode(bytes.file(), begin, header);
    }

    private static boolean startsWithMagic(byte[] found) {
      return Arrays.equals(found, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    private NpyHeader read(int major, long begin, String header, long dataBegin)
        throws IOException {
      Map<?, ?> entries;
      try {
        entries = PythonLiteral.dictionary(header, major < 3);
      } catch (IllegalArgumentException e) {
        throw malformed(begin, "the npy header " + e.getMessage() + ": " + shown(header));
      }
      boolean fortran = one(begin, header, entries, "fortran_order", Boolean.class);
      List<Long> shape = shape(begin, header, entries);
      Object descr = one(begin, header, entries, "descr", Object.class);
      if (!KEYS.equals(entries.keySet())) {
        throw malformed(
            begin, "the npy header has fields that numpy does not know: " + shown(header));
      }
      if (descr instanceof PythonString.Bytes) {
        throw malformed(begin, "the npy header has a type that is bytes: " + shown(header));
      }
      String type = descr instanceof String name ? name : "structured";
      Optional<DType> dtype = dtype(type);
      ByteOrder order = type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      if (dtype.isPresent()) {
        requireData(dtype.get(), shape, dataBegin);
      }
      return new NpyHeader(type, dtype, order, fortran, shape, dataBegin);
    }

    private List<Long> shape(long begin, String header, Map<?, ?> entries)
        throws MalformedFileException {
      PythonLiteral.Items sizes = one(begin, header, entries, "shape", PythonLiteral.Items.class);
      List<Long> shape = new ArrayList<>();
      for (Object size : sizes.values()) {
        Optional<BigInteger> found =
            size instanceof PythonLiteral.Numeral numeral ? numeral.value() : Optional.empty();
        if (!sizes.isTuple() || found.isEmpty() || found.get().signum() < 0) {
          throw malformed(begin, "the npy header has no valid 'shape': " + shown(header));
        }
        BigInteger number = found.get();
        if (number.bitLength() >= Long.SIZE) {
          throw malformed(begin, "impossible size " + number);
        }
        shape.add(number.longValue());
      }
      if (shape.size() > MAX_RANK) {
        throw malformed(
            begin,
            "expected an array of at most " + MAX_RANK + " dimensions, found " + shape.size());
      }
      return shape;
    }

    /**
     * Checks that the file has the elements that the header promises. Bytes after them are ignored,
     * as numpy does, unless they are another array, whose rows would be missed.
     */
    private void requireData(DType dtype, List<Long> shape, long dataBegin) throws IOException {
      BigInteger expected =
          shape.stream()
              .map(BigInteger::valueOf)
              .reduce(BigInteger.valueOf(dtype.bytes()), BigInteger::multiply);
      long found = end - dataBegin;
      if (expected.compareTo(BigInteger.valueOf(found)) > 0) {
        throw malformed(
            dataBegin,
            "shape " + shape + " of " + dtype + " takes " + expected + " bytes, found " + found);
      }
      long dataEnd = dataBegin + expected.longValue();
      if (end - dataEnd >= MAGIC.length && startsWithMagic(copy(dataEnd, MAGIC.length))) {
        throw malformed(dataEnd, "a second array begins here: save each array in its own file");
      }
    }

    private <T> T one(long begin, String header, Map<?, ?> entries, String key, Class<T> type)
        throws MalformedFileException {
      Object value = entries.get(key);
      if (!type.isInstance(value) || value == PythonLiteral.None.NONE) {
        throw malformed(begin, "the npy header has no valid '" + key + "': " + shown(header));
      }
      return type.cast(value);
    }

    private static String shown(String header) {
      String stripped = header.strip();
      return stripped.length() > 200 ? stripped.substring(0, 200) + "…" : stripped;
    }

    private byte[] copy(long offset, int length) throws IOException {
      if (end - offset < length) {
        throw malformed(end, "the file ends within its npy header");
      }
      return bytes.view(offset, length).array();
    }

    private MalformedFileException malformed(long offset, String reason) {
      return new MalformedFileException(bytes.file(), offset, reason);
    }
  }
}
