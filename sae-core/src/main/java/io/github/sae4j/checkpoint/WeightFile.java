package io.github.sae4j.checkpoint;

import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.TensorFile;
import io.github.sae4j.format.TensorInfo;
import io.github.sae4j.format.Unread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A file's tensors under SAELens' names and in its shapes, whatever the file calls them. */
final class WeightFile {
  private static final int MOST_SHOWN = 60; // most characters of a value in a message

  private final TensorFile file;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>(); // names in the file

  private WeightFile(TensorFile file) {
    this.file = file;
  }

  /** Creates a file view without tensors. */
  static WeightFile in(TensorFile file) {
    return new WeightFile(file);
  }

  Path path() {
    return file.path();
  }

  /** Whether a tensor was added under this name. */
  boolean has(String ours) {
    return tensors.containsKey(ours);
  }

  /** Whether the file has a tensor of this name. */
  boolean holds(String theirs) {
    return file.tensors().containsKey(theirs);
  }

  /** Adds the file's tensor {@code theirs} under the name {@code ours}. */
  WeightFile take(String ours, String theirs) throws MalformedFileException {
    tensors.put(ours, stored(theirs));
    taken.add(theirs);
    return this;
  }

  /** Adds a tensor that has the same name here. */
  WeightFile takeAsIs(String name) throws MalformedFileException {
    return take(name, name);
  }

  /** Adds a matrix that is transposed here. */
  WeightFile takeTransposed(String ours, String theirs) throws MalformedFileException {
    TensorInfo matrix = stored(theirs);
    if (matrix.shape().size() != 2) {
      throw new MalformedFileException(
          path(),
          matrix.begin(),
          "'%s' must be a matrix, found %s".formatted(theirs, matrix.shape()));
    }
    tensors.put(ours, matrix.transposed());
    taken.add(theirs);
    return this;
  }

  /** Adds a single number, repeated {@code length} times. */
  WeightFile takeRepeated(String ours, String theirs, int length) throws MalformedFileException {
    TensorInfo scalar = stored(theirs);
    if (scalar.elements() != 1) {
      throw new MalformedFileException(
          path(),
          scalar.begin(),
          "'%s' must be a single number, found %s".formatted(theirs, scalar.shape()));
    }
    tensors.put(
        ours,
        new TensorInfo(
            theirs,
            scalar.dtype(),
            List.of((long) length),
            List.of(0L),
            scalar.order(),
            scalar.begin(),
            scalar.negated()));
    taken.add(theirs);
    return this;
  }

  /** Returns the sizes of an added matrix. */
  List<Long> shape(String ours) throws MalformedFileException {
    TensorInfo tensor = tensors.get(ours);
    return matrix(tensor);
  }

  /** Returns the sizes of a matrix in the file. */
  List<Long> matrix(String theirs) throws MalformedFileException {
    return matrix(stored(theirs));
  }

  private List<Long> matrix(TensorInfo matrix) throws MalformedFileException {
    List<Long> shape = matrix.shape();
    if (shape.size() != 2 || shape.stream().anyMatch(n -> n < 1 || n > Integer.MAX_VALUE)) {
      throw new MalformedFileException(
          path(),
          matrix.begin(),
          "'%s' must be a matrix, found %s".formatted(matrix.name(), shape));
    }
    return shape;
  }

  private TensorInfo stored(String name) throws MalformedFileException {
    TensorInfo tensor = file.tensors().get(name);
    if (tensor == null) {
      throw new MalformedFileException(
          path(),
          -1,
          file.unread().containsKey(name)
              ? "tensor '%s' is %s, which is not supported".formatted(name, file.unread().get(name))
              : "tensor '%s' is missing; it has %s%s"
                  .formatted(
                      name, String.join(", ", file.tensors().keySet()), Unread.listed(file)));
    }
    // an expanded tensor may claim any number of elements, all of which would take memory
    if (tensor.elements() > file.reader().size() / tensor.dtype().bytes()) {
      throw new MalformedFileException(
          path(),
          tensor.begin(),
          "tensor '%s' has shape %s, more numbers than the file holds"
              .formatted(name, tensor.shape()));
    }
    return tensor;
  }

  /**
   * Rejects a file with anything other than the added tensors, which may change what is computed.
   *
   * @param harmless names of tensors and values that do not, or that were already checked
   */
  void requireNoMore(String... harmless) throws MalformedFileException {
    Set<String> known = Set.of(harmless);
    for (TensorInfo tensor : file.tensors().values()) {
      if (!taken.contains(tensor.name()) && !known.contains(tensor.name())) {
        throw new MalformedFileException(
            path(), tensor.begin(), "tensor '" + tensor.name() + "' has no place in this format");
      }
    }
    for (Map.Entry<String, String> other : file.unread().entrySet()) {
      if (!known.contains(other.getKey())) {
        throw new MalformedFileException(
            path(),
            -1,
            "'%s' (%s) has no place in this format".formatted(other.getKey(), other.getValue()));
      }
    }
    for (Map.Entry<String, Object> value : file.values().entrySet()) {
      if (!known.contains(value.getKey())) {
        throw new MalformedFileException(
            path(),
            -1,
            "'%s' is not known and may change what is computed, found %s"
                .formatted(value.getKey(), shortened(value.getValue())));
      }
    }
  }

  private static String shortened(Object value) {
    String text = value.toString();
    return text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
  }

  /**
   * Takes scales that old library versions wrote in addition to weights already folded with them.
   * They must be ones, as judged by SAELens ({@code torch.allclose}).
   *
   * @param why clause of the error message about other values
   */
  WeightFile takeOnes(String name, String why) throws IOException {
    takeAsIs(name);
    for (float scale : all(name)) {
      if (!(Math.abs(scale - 1) <= 1e-5 + 1e-8)) {
        throw new MalformedFileException(
            path(), -1, "tensor '%s' holds %s, but %s".formatted(name, scale, why));
      }
    }
    return this;
  }

  /** Returns a float tensor of this shape. */
  TensorInfo tensor(String name, int... shape) throws MalformedFileException {
    TensorInfo tensor = tensors.containsKey(name) ? tensors.get(name) : stored(name);
    List<Long> expected = Arrays.stream(shape).mapToObj(n -> (long) n).toList();
    if (!tensor.shape().equals(expected)) {
      throw new MalformedFileException(
          path(),
          tensor.begin(),
          "tensor '%s' must have shape %s to fit d_in and d_sae, found %s"
              .formatted(name, expected, tensor.shape()));
    }
    if (!tensor.dtype().isFloat()) {
      throw new MalformedFileException(
          path(),
          tensor.begin(),
          "tensor '" + name + "' must hold floating point numbers, found " + tensor.dtype());
    }
    return tensor;
  }

  /** Receives a run of a tensor's elements. */
  @FunctionalInterface
  interface Sink {
    void put(long to, float[] run, int at, int count);
  }

  /**
   * Copies a tensor run by run.
   *
   * @throws MalformedFileException if a number is NaN or infinite; the message names tensor and
   *     place
   */
  void copy(TensorInfo tensor, int run, Sink sink) throws IOException {
    float[] values = new float[run];
    for (long done = 0; done < tensor.elements(); done += run) {
      int n = (int) Math.min(run, tensor.elements() - done);
      file.readFloats(tensor, done, n, values, 0);
      requireFinite(tensor, done, values, n);
      sink.put(done, values, 0, n);
    }
  }

  private void requireFinite(TensorInfo tensor, long from, float[] values, int count)
      throws MalformedFileException {
    if (isFinite(values, count)) {
      return;
    }
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(values[i])) {
        throw new MalformedFileException(
            path(),
            -1,
            "tensor '%s' holds %s at %s, expected a finite float32"
                .formatted(tensor.name(), values[i], place(tensor, from + i)));
      }
    }
  }

  /**
   * Relies on 0·v being NaN if v is not finite. Four sums, because each addition waits for the
   * previous one.
   */
  private static boolean isFinite(float[] values, int count) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      a += 0 * values[i];
      b += 0 * values[i + 1];
      c += 0 * values[i + 2];
      d += 0 * values[i + 3];
    }
    for (; i < count; i++) {
      a += 0 * values[i];
    }
    return a + b + c + d == 0;
  }

  /** Returns the index of an element in the file's order. */
  private List<Long> place(TensorInfo tensor, long element) {
    List<Long> index = new ArrayList<>();
    for (int d = tensor.shape().size() - 1; d >= 0; d--) {
      index.add(element % tensor.shape().get(d));
      element /= tensor.shape().get(d);
    }
    TensorInfo stored = file.tensors().get(tensor.name());
    if (stored.shape().isEmpty()) {
      return List.of(); // one number for all elements
    }
    if (stored.strides().equals(tensor.strides())) { // otherwise it is read transposed
      Collections.reverse(index);
    }
    return index;
  }

  /** Reads a small tensor completely, including NaN and infinity. */
  float[] all(String name) throws IOException {
    TensorInfo tensor = tensors.containsKey(name) ? tensors.get(name) : stored(name);
    float[] values = new float[Math.toIntExact(tensor.elements())];
    file.readFloats(tensor, 0, values.length, values, 0);
    return values;
  }
}
