package io.github.sae4j.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;

/**
 * A safetensors file, read as needed. The header is checked whole when the file is opened, so every
 * tensor listed lies within the file. Thread-safe.
 *
 * <p>Reads beyond a tensor or an array throw {@link IndexOutOfBoundsException}; reads of the wrong
 * kind (floats of an integer tensor) throw {@link IllegalArgumentException}.
 */
public final class SafetensorsFile implements Closeable {
  private final FileBytes bytes;
  private final SafetensorsHeader header;

  private SafetensorsFile(FileBytes bytes, SafetensorsHeader header) {
    this.bytes = bytes;
    this.header = header;
  }

  /**
   * Opens a file and reads its header.
   *
   * @throws MalformedFileException if the file breaks the format
   */
  public static SafetensorsFile open(Path path) throws IOException {
    return of(FileBytes.open(path));
  }

  static SafetensorsFile of(FileBytes bytes) throws IOException {
    try {
      return new SafetensorsFile(bytes, SafetensorsHeader.read(bytes));
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  public Path path() {
    return bytes.file();
  }

  /** The tensors by name, in the header's order. */
  public Map<String, TensorInfo> tensors() {
    return Collections.unmodifiableMap(header.tensors());
  }

  /**
   * The tensor of that name.
   *
   * @throws IllegalArgumentException if there is none; names the file and the closest names
   */
  public TensorInfo tensor(String name) {
    TensorInfo tensor = header.tensors().get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          path()
              + " has no tensor '"
              + name
              + "'; it has: "
              + CloseNames.list(name, header.tensors().keySet()));
    }
    return tensor;
  }

  /** The free-form strings of the header's {@code __metadata__}; empty where it has none. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /** Reads {@code count} elements of a floating point tensor, as float32. */
  public void readFloats(
      TensorInfo tensor, long firstElement, int count, float[] dst, int dstOffset)
      throws IOException {
    Objects.checkFromIndexSize(dstOffset, count, dst.length);
    requireKind(tensor, true);
    read(
        tensor,
        firstElement,
        count,
        (view, n, done) -> tensor.dtype().toFloats(view, n, dst, dstOffset + done));
  }

  /**
   * Reads {@code count} elements of an integer tensor.
   *
   * @throws ArithmeticException if a 64-bit element does not fit into an int
   */
  public void readInts(TensorInfo tensor, long firstElement, int count, int[] dst, int dstOffset)
      throws IOException {
    Objects.checkFromIndexSize(dstOffset, count, dst.length);
    requireKind(tensor, false);
    DType dtype = tensor.dtype();
    read(
        tensor,
        firstElement,
        count,
        (view, n, done) -> {
          for (int i = 0; i < n; i++) {
            dst[dstOffset + done + i] = Math.toIntExact(dtype.longAt(view, i * dtype.bytes()));
          }
        });
  }

  /** The whole of a floating point tensor, as float32. */
  public float[] readAllFloats(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    requireKind(tensor, true);
    float[] all = new float[arrayLength(tensor)];
    readFloats(tensor, 0, all.length, all, 0);
    return all;
  }

  /** The whole of a floating point tensor, as float64. */
  public double[] readAllDoubles(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    requireKind(tensor, true);
    double[] all = new double[arrayLength(tensor)];
    DType dtype = tensor.dtype();
    read(
        tensor,
        0,
        all.length,
        (view, n, done) -> {
          for (int i = 0; i < n; i++) {
            all[done + i] = dtype.doubleAt(view, i * dtype.bytes());
          }
        });
    return all;
  }

  /**
   * The whole of an integer tensor.
   *
   * @throws ArithmeticException if a 64-bit element does not fit into an int
   */
  public int[] readAllInts(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    requireKind(tensor, false);
    int[] all = new int[arrayLength(tensor)];
    readInts(tensor, 0, all.length, all, 0);
    return all;
  }

  /** The whole of an integer tensor, as 64-bit integers. */
  public long[] readAllLongs(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    requireKind(tensor, false);
    long[] all = new long[arrayLength(tensor)];
    DType dtype = tensor.dtype();
    read(
        tensor,
        0,
        all.length,
        (view, n, done) -> {
          for (int i = 0; i < n; i++) {
            all[done + i] = dtype.longAt(view, i * dtype.bytes());
          }
        });
    return all;
  }

  /** Lets go of the file. Reads after this throw {@link IOException}. */
  @Override
  public void close() {
    bytes.close();
  }

  /** Decodes {@code n} elements at the start of a view; {@code done} came before them. */
  @FunctionalInterface
  private interface Decoder {
    void decode(ByteBuffer view, int n, int done);
  }

  private void read(TensorInfo tensor, long firstElement, int count, Decoder decoder)
      throws IOException {
    Objects.checkFromIndexSize(firstElement, count, tensor.elements());
    if (!tensor.equals(header.tensors().get(tensor.name()))) {
      throw new IllegalArgumentException(tensor + " is not a tensor of " + path());
    }
    bytes.requireUnchanged();
    int width = tensor.dtype().bytes();
    int most = bytes.maxView() / width;
    for (int done = 0; done < count; ) {
      int n = Math.min(most, count - done);
      long offset = tensor.begin() + (firstElement + done) * width;
      decoder.decode(bytes.view(offset, n * width), n, done);
      done += n;
    }
  }

  private void requireKind(TensorInfo tensor, boolean floating) {
    if (tensor.dtype().isFloat() != floating) {
      throw new IllegalArgumentException(
          "tensor '"
              + tensor.name()
              + "' of "
              + path()
              + " holds "
              + tensor.dtype()
              + (floating ? ", not floating point numbers" : ", not integers"));
    }
  }

  private int arrayLength(TensorInfo tensor) {
    if (tensor.elements() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "tensor '"
              + tensor.name()
              + "' of "
              + path()
              + " has "
              + tensor.elements()
              + " elements, too many for one array");
    }
    return (int) tensor.elements();
  }
}
