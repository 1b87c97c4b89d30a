package io.github.sae4j.checkpoint;

import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.TensorFile;
import io.github.sae4j.format.TensorInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A file's tensors under SAELens' names and in its shapes, whatever they are called there. */
final class WeightFile {
  private final TensorFile file;
  private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

  private WeightFile(TensorFile file) {
    this.file = file;
  }

  /** All tensors under their own names. */
  static WeightFile of(TensorFile file) {
    WeightFile weights = new WeightFile(file);
    weights.tensors.putAll(file.tensors());
    return weights;
  }

  /** No tensors yet. */
  static WeightFile in(TensorFile file) {
    return new WeightFile(file);
  }

  Path path() {
    return file.path();
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** Adds the file's tensor {@code theirs} under the name {@code ours}. */
  WeightFile take(String ours, String theirs) throws MalformedFileException {
    tensors.put(ours, stored(theirs));
    return this;
  }

  /** The same for a matrix whose rows are columns here. */
  WeightFile takeTransposed(String ours, String theirs) throws MalformedFileException {
    TensorInfo matrix = stored(theirs);
    if (matrix.shape().size() != 2) {
      throw new MalformedFileException(
          path(),
          matrix.begin(),
          "'%s' must be a matrix, found %s".formatted(theirs, matrix.shape()));
    }
    tensors.put(ours, matrix.transposed());
    return this;
  }

  /** The same for a single number that stands for each of {@code length}. */
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
            ours,
            scalar.dtype(),
            List.of((long) length),
            List.of(0L),
            scalar.order(),
            scalar.begin()));
    return this;
  }

  /** The sizes of a matrix, as it is here. */
  List<Long> shape(String ours) throws MalformedFileException {
    TensorInfo tensor = tensors.get(ours);
    return matrix(tensor);
  }

  /** The sizes of a matrix of the file. */
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
          "tensor '" + name + "' is missing; it has " + String.join(", ", file.tensors().keySet()));
    }
    // an expanded tensor may claim any number of elements, for each of which there would be memory
    if (tensor.elements() > file.reader().size() / tensor.dtype().bytes()) {
      throw new MalformedFileException(
          path(),
          tensor.begin(),
          "tensor '%s' claims %s, more numbers than the file has".formatted(name, tensor.shape()));
    }
    return tensor;
  }

  /** Refuses a file with tensors that nobody asked for. */
  void requireNoMore(String... alsoKnown) throws MalformedFileException {
    Set<String> known = Set.of(alsoKnown);
    for (TensorInfo tensor : file.tensors().values()) {
      boolean taken = tensors.values().stream().anyMatch(each -> each.begin() == tensor.begin());
      if (!taken && !known.contains(tensor.name())) {
        throw new MalformedFileException(
            path(), tensor.begin(), "tensor '" + tensor.name() + "' has no place in this format");
      }
    }
  }

  /** A tensor of floats, of this shape. */
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

  /** Takes a run of a tensor's elements. */
  @FunctionalInterface
  interface Sink {
    void put(long to, float[] run, int at, int count);
  }

  /** Copies a tensor run by run. */
  void copy(TensorInfo tensor, int run, Sink sink) throws IOException {
    float[] values = new float[run];
    for (long done = 0; done < tensor.elements(); done += run) {
      int n = (int) Math.min(run, tensor.elements() - done);
      file.readFloats(tensor, done, n, values, 0);
      sink.put(done, values, 0, n);
    }
  }

  /** The whole of a small tensor. */
  float[] all(String name) throws IOException {
    TensorInfo tensor = tensors.containsKey(name) ? tensors.get(name) : stored(name);
    float[] values = new float[Math.toIntExact(tensor.elements())];
    file.readFloats(tensor, 0, values.length, values, 0);
    return values;
  }
}
