package io.github.sae4j.format;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a NumPy array file, checked whole.
 *
 * <pre>
 * File   --> 0x93 "NUMPY" Major Minor Length Header Data
 * Length --> little-endian size of the header in bytes: 16 bits in version 1, 32 bits in 2 and 3
 * Header --> Python dictionary with the keys 'descr', 'fortran_order' and 'shape'
 * </pre>
 *
 * (<a
 * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format
 * </a>)
 */
record NpyHeader(
    DType dtype, ByteOrder byteOrder, boolean fortranOrder, List<Long> shape, long dataBegin) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int PREFIX_BYTES = MAGIC.length + 2;
  private static final int MAX_BYTES = 1 << 16;
  private static final int MAX_RANK = 4;

  private static final Pattern DICTIONARY = Pattern.compile("\\s*\\{.*\\}\\s*", Pattern.DOTALL);
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*(?:'([^']*)'|(\\[))");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^()]*)\\)");
  private static final Pattern SIZE = Pattern.compile("\\d{1,40}");

  /** Reads the header of an array that fills the file. */
  static NpyHeader read(FileBytes bytes) throws IOException {
    return new Parser(bytes, 0, bytes.size()).parse();
  }

  /** Reads the header of an array that fills the bytes {@code [begin, end)} of a file. */
  static NpyHeader read(FileBytes bytes, long begin, long end) throws IOException {
    return new Parser(bytes, begin, end).parse();
  }

  /** Where the array lies. */
  TensorInfo tensor(String name) {
    List<Long> strides = fortranOrder ? TensorInfo.columnMajor(shape) : TensorInfo.rowMajor(shape);
    return new TensorInfo(name, dtype, shape, strides, byteOrder, dataBegin);
  }

  private record Parser(FileBytes bytes, long from, long end) {

    NpyHeader parse() throws IOException {
      byte[] prefix = copy(from, PREFIX_BYTES);
      if (!Arrays.equals(prefix, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
        throw malformed(from, "this is not a .npy file");
      }
      int major = prefix[MAGIC.length];
      if (major < 1 || major > 3) {
        throw malformed(from + MAGIC.length, "npy version " + major + " is not 1, 2 or 3");
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
      return dictionary(begin, new String(header, StandardCharsets.ISO_8859_1), begin + length);
    }

    private NpyHeader dictionary(long begin, String header, long dataBegin)
        throws MalformedFileException {
      if (!DICTIONARY.matcher(header).matches()) {
        throw malformed(begin, "the npy header is not a dictionary: " + shown(header));
      }
      String descr = one(begin, header, DESCR, "descr");
      DType dtype =
          type(descr)
              .orElseThrow(
                  () ->
                      malformed(
                          begin,
                          (descr == null ? "structured rows" : "elements of type '" + descr + "'")
                              + " are not supported; save the array as float16, float32 or"
                              + " float64"));
      ByteOrder order = descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
      boolean fortran = Boolean.parseBoolean(one(begin, header, ORDER, "fortran_order"));
      List<Long> shape = shape(begin, header, one(begin, header, SHAPE, "shape"));
      requireData(dtype, shape, dataBegin);
      return new NpyHeader(dtype, order, fortran, shape, dataBegin);
    }

    private static Optional<DType> type(String descr) {
      if (descr == null || !descr.matches("[<>|]..")) {
        return Optional.empty();
      }
      return switch (descr.substring(1)) {
        case "f2" -> Optional.of(DType.F16);
        case "f4" -> Optional.of(DType.F32);
        case "f8" -> Optional.of(DType.F64);
        case "i1" -> Optional.of(DType.I8);
        case "i2" -> Optional.of(DType.I16);
        case "i4" -> Optional.of(DType.I32);
        case "i8" -> Optional.of(DType.I64);
        case "u1" -> Optional.of(DType.U8);
        case "b1" -> Optional.of(DType.BOOL);
        default -> Optional.empty();
      };
    }

    private List<Long> shape(long begin, String header, String sizes)
        throws MalformedFileException {
      List<Long> shape = new ArrayList<>();
      String listed = sizes.strip().replaceFirst(",$", "");
      for (String each : listed.isEmpty() ? new String[0] : listed.split(",", -1)) {
        String part = each.strip();
        if (!SIZE.matcher(part).matches()) {
          throw malformed(begin, "the npy header has no valid 'shape': " + shown(header));
        }
        BigInteger size = new BigInteger(part);
        if (size.bitLength() >= Long.SIZE) {
          throw malformed(begin, "impossible size " + size);
        }
        shape.add(size.longValue());
      }
      if (shape.size() > MAX_RANK) {
        throw malformed(
            begin,
            "expected an array of at most " + MAX_RANK + " dimensions, found " + shape.size());
      }
      return shape;
    }

    /** There must be exactly the elements that the header promises. */
    private void requireData(DType dtype, List<Long> shape, long dataBegin)
        throws MalformedFileException {
      BigInteger expected =
          shape.stream()
              .map(BigInteger::valueOf)
              .reduce(BigInteger.valueOf(dtype.bytes()), BigInteger::multiply);
      long found = end - dataBegin;
      if (!expected.equals(BigInteger.valueOf(found))) {
        throw malformed(
            dataBegin,
            "shape " + shape + " of " + dtype + " takes " + expected + " bytes, found " + found);
      }
    }

    private String one(long begin, String header, Pattern pattern, String key)
        throws MalformedFileException {
      Matcher matcher = pattern.matcher(header);
      if (!matcher.find()) {
        throw malformed(begin, "the npy header has no valid '" + key + "': " + shown(header));
      }
      String value = matcher.group(1);
      if (matcher.find()) {
        throw malformed(begin, "the npy header has '" + key + "' more than once");
      }
      return value;
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
