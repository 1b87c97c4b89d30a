package io.github.sae4j.format;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(\\s*((?:\\d{1,19}\\s*,?\\s*)*)\\)");

  static NpyHeader read(FileBytes bytes) throws IOException {
    byte[] prefix = copy(bytes, 0, PREFIX_BYTES);
    if (!Arrays.equals(prefix, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new MalformedFileException(bytes.file(), 0, "this is not a .npy file");
    }
    int major = prefix[MAGIC.length];
    if (major < 1 || major > 3) {
      throw new MalformedFileException(
          bytes.file(), MAGIC.length, "npy version " + major + " is not 1, 2 or 3");
    }
    int lengthBytes = major == 1 ? Short.BYTES : Integer.BYTES;
    ByteBuffer field =
        ByteBuffer.wrap(copy(bytes, PREFIX_BYTES, lengthBytes)).order(ByteOrder.LITTLE_ENDIAN);
    long length = major == 1 ? field.getShort() & 0xffff : Integer.toUnsignedLong(field.getInt());
    if (length > MAX_BYTES) {
      throw new MalformedFileException(
          bytes.file(), PREFIX_BYTES, "an npy header of " + length + " bytes is not plausible");
    }
    long begin = (long) PREFIX_BYTES + lengthBytes;
    String header = new String(copy(bytes, begin, (int) length), StandardCharsets.UTF_8);
    return parse(bytes, begin, header);
  }

  private static NpyHeader parse(FileBytes bytes, long begin, String header)
      throws MalformedFileException {
    if (!DICTIONARY.matcher(header).matches()) {
      throw new MalformedFileException(
          bytes.file(), begin, "the npy header is not a dictionary: " + header.strip());
    }
    String descr = one(bytes, begin, header, DESCR, "descr");
    if (descr == null || !descr.matches("[<>]f[248]")) {
      throw new MalformedFileException(
          bytes.file(),
          begin,
          (descr == null ? "structured rows" : "elements of type '" + descr + "'")
              + " are not supported; save the array as float16, float32 or float64");
    }
    DType dtype =
        switch (descr.charAt(2)) {
          case '2' -> DType.F16;
          case '4' -> DType.F32;
          default -> DType.F64;
        };
    ByteOrder order = descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    boolean fortran = Boolean.parseBoolean(one(bytes, begin, header, ORDER, "fortran_order"));
    String sizes = one(bytes, begin, header, SHAPE, "shape");
    NpyHeader parsed =
        new NpyHeader(
            dtype,
            order,
            fortran,
            shape(bytes, begin, sizes),
            begin + header.getBytes(StandardCharsets.UTF_8).length);
    parsed.requireData(bytes);
    return parsed;
  }

  private static List<Long> shape(FileBytes bytes, long begin, String sizes)
      throws MalformedFileException {
    List<Long> shape = new ArrayList<>();
    Matcher numbers = Pattern.compile("\\d+").matcher(sizes);
    while (numbers.find()) {
      BigInteger size = new BigInteger(numbers.group());
      if (size.bitLength() >= Long.SIZE) {
        throw new MalformedFileException(bytes.file(), begin, "impossible size " + size);
      }
      shape.add(size.longValue());
    }
    if (shape.isEmpty() || shape.size() > MAX_RANK) {
      throw new MalformedFileException(
          bytes.file(),
          begin,
          "expected an array of 1 to " + MAX_RANK + " dimensions, found shape " + shape);
    }
    return shape;
  }

  /** The file must hold exactly the elements that the header promises. */
  private void requireData(FileBytes bytes) throws MalformedFileException {
    BigInteger expected =
        shape.stream()
            .map(BigInteger::valueOf)
            .reduce(BigInteger.valueOf(dtype.bytes()), BigInteger::multiply);
    long found = bytes.size() - dataBegin;
    if (!expected.equals(BigInteger.valueOf(found))) {
      throw new MalformedFileException(
          bytes.file(),
          dataBegin,
          "shape " + shape + " of " + dtype + " takes " + expected + " bytes, found " + found);
    }
  }

  private static String one(FileBytes bytes, long begin, String header, Pattern pattern, String key)
      throws MalformedFileException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new MalformedFileException(
          bytes.file(), begin, "the npy header has no valid '" + key + "': " + header.strip());
    }
    String value = matcher.group(1);
    if (matcher.find()) {
      throw new MalformedFileException(
          bytes.file(), begin, "the npy header has '" + key + "' more than once");
    }
    return value;
  }

  private static byte[] copy(FileBytes bytes, long offset, int length) throws IOException {
    if (bytes.size() - offset < length) {
      throw new MalformedFileException(
          bytes.file(), bytes.size(), "the file ends within its npy header");
    }
    byte[] copy = new byte[length];
    bytes.view(offset, length).get(copy);
    return copy;
  }
}
