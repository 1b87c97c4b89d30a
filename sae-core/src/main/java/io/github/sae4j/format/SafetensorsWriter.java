package io.github.sae4j.format;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Collects tensors and writes them as one safetensors file. Data arrays are not copied until {@link
 * #write} and may be longer than their tensor. As the format recommends, tensors are laid out by
 * descending element size and then by name, and the header is padded with spaces, so that every
 * element is aligned to its size.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final int CHUNK_BYTES = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> metadata = new TreeMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /** Puts the elements {@code [from, from + n)} of a tensor into a buffer. */
  @FunctionalInterface
  private interface Encoder {
    void encode(ByteBuffer chunk, long from, int n) throws IOException;
  }

  private record Tensor(
      String name, DType dtype, List<Long> shape, long elements, Encoder encoder) {
    long bytes() {
      return elements * dtype.bytes();
    }
  }

  /** Adds a free-form string to the header's {@code __metadata__}. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Adds a float32 tensor, elements in C order. */
  public SafetensorsWriter floats(String name, float[] data, long... shape) {
    return add(
        name,
        DType.F32,
        data.length,
        shape,
        (chunk, from, n) -> chunk.asFloatBuffer().put(data, (int) from, n));
  }

  /**
   * Adds a float32 tensor, elements in C order, that need not be in memory as a whole: it is
   * requested in short runs when the file is written.
   */
  public SafetensorsWriter floats(String name, FloatSource source, long... shape) {
    float[] run = new float[CHUNK_BYTES / Float.BYTES];
    return add(
        name,
        DType.F32,
        Long.MAX_VALUE,
        shape,
        (chunk, from, n) -> {
          source.get(from, run, 0, n);
          chunk.asFloatBuffer().put(run, 0, n);
        });
  }

  /** Adds a float32 tensor, requested as in {@link #floats(String, FloatSource, long...)}. */
  public SafetensorsWriter floats(String name, FloatTensor tensor) {
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    return floats(name, tensor.source(), shape);
  }

  /** Adds a float64 tensor, elements in C order. */
  public SafetensorsWriter doubles(String name, double[] data, long... shape) {
    return add(
        name,
        DType.F64,
        data.length,
        shape,
        (chunk, from, n) -> chunk.asDoubleBuffer().put(data, (int) from, n));
  }

  /** Adds an int32 tensor, elements in C order. */
  public SafetensorsWriter ints(String name, int[] data, long... shape) {
    return add(
        name,
        DType.I32,
        data.length,
        shape,
        (chunk, from, n) -> chunk.asIntBuffer().put(data, (int) from, n));
  }

  /** Adds an int64 tensor, elements in C order. */
  public SafetensorsWriter longs(String name, long[] data, long... shape) {
    return add(
        name,
        DType.I64,
        data.length,
        shape,
        (chunk, from, n) -> chunk.asLongBuffer().put(data, (int) from, n));
  }

  /** Adds a bfloat16 tensor, elements in C order, rounded to nearest, ties to even. */
  public SafetensorsWriter bf16(String name, float[] data, long... shape) {
    return add(
        name,
        DType.BF16,
        data.length,
        shape,
        (chunk, from, n) -> {
          for (int i = 0; i < n; i++) {
            chunk.putShort(i * Short.BYTES, SmallFloats.toBfloat16(data[(int) from + i]));
          }
        });
  }

  private SafetensorsWriter add(
      String name, DType dtype, long available, long[] shape, Encoder encoder) {
    if (name.equals(SafetensorsHeader.METADATA) || tensors.containsKey(name)) {
      throw new IllegalArgumentException("tensor name '" + name + "' is taken");
    }
    if (LongStream.of(shape).anyMatch(size -> size < 0)) {
      throw new IllegalArgumentException(
          "tensor '" + name + "' has a negative size in its shape " + Arrays.toString(shape));
    }
    List<Long> sizes = LongStream.of(shape).boxed().toList();
    BigInteger elements =
        LongStream.of(shape)
            .mapToObj(BigInteger::valueOf)
            .reduce(BigInteger.ONE, BigInteger::multiply);
    if (elements.compareTo(BigInteger.valueOf(available)) > 0) {
      throw new IllegalArgumentException(
          "tensor '"
              + name
              + "' of shape "
              + Arrays.toString(shape)
              + " needs "
              + elements
              + " elements, but the array has "
              + available);
    }
    tensors.put(name, new Tensor(name, dtype, sizes, elements.longValueExact(), encoder));
    return this;
  }

  /** Writes the file atomically: readers see the old file or the new one. */
  public void write(Path target) throws IOException {
    List<Tensor> inOrder =
        tensors.values().stream()
            .sorted(
                Comparator.comparingInt((Tensor tensor) -> -tensor.dtype().bytes())
                    .thenComparing(Tensor::name))
            .toList();
    byte[] header = header(inOrder);
    AtomicFiles.write(
        target,
        out -> {
          byte[] chunk = new byte[CHUNK_BYTES];
          littleEndian(chunk).putLong(header.length);
          out.write(chunk, 0, Long.BYTES);
          out.write(header);
          for (Tensor tensor : inOrder) {
            writeData(tensor, chunk, out);
          }
        });
  }

  private byte[] header(List<Tensor> inOrder) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode strings = root.putObject(SafetensorsHeader.METADATA);
      metadata.forEach(strings::put);
    }
    long offset = 0;
    for (Tensor tensor : inOrder) {
      ObjectNode node = root.putObject(tensor.name());
      node.put("dtype", tensor.dtype().safetensorsName());
      node.set("shape", JSON.valueToTree(tensor.shape()));
      node.putArray("data_offsets").add(offset).add(offset + tensor.bytes());
      offset += tensor.bytes();
    }
    byte[] json = JSON.writeValueAsBytes(root);
    byte[] padded = Arrays.copyOf(json, (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void writeData(Tensor tensor, byte[] chunk, OutputStream out) throws IOException {
    ByteBuffer buffer = littleEndian(chunk);
    int most = chunk.length / tensor.dtype().bytes();
    for (long done = 0; done < tensor.elements(); ) {
      int n = (int) Math.min(most, tensor.elements() - done);
      tensor.encoder().encode(buffer, done, n);
      out.write(chunk, 0, n * tensor.dtype().bytes());
      done += n;
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
