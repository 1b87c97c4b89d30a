package io.github.sae4j.store;

import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds out what a path holds and opens it. */
public final class ActivationSources {
  private static final String SAFETENSORS = ".safetensors";
  private static final String NPY = ".npy";
  private static final Pattern DIGITS = Pattern.compile("\\d+");

  private ActivationSources() {}

  /**
   * Opens a dump, a directory of .safetensors or of .npy files (in the order of their names,
   * numbers by value), or one such file.
   *
   * @param path what to read
   * @param tensorOrNull the tensor's name; null for .npy files and where there is only one
   * @throws IllegalArgumentException if the path holds no such thing; says what it holds
   */
  public static ActivationSource open(Path path, String tensorOrNull) throws IOException {
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(path + " does not exist");
    }
    if (!Files.isDirectory(path)) {
      return openFiles(List.of(path), tensorOrNull);
    }
    if (DumpManifest.isIn(path)) {
      try (ActivationDump dump = ActivationDump.open(path)) {
        return dump.source(tensorOrNull);
      }
    }
    return openFiles(filesIn(path), tensorOrNull);
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    List<Path> safetensors = filesIn(directory, SAFETENSORS);
    List<Path> npy = filesIn(directory, NPY);
    if (safetensors.isEmpty() && npy.isEmpty()) {
      throw new IllegalArgumentException(
          directory + " holds no activations: neither a dump nor .safetensors or .npy files");
    }
    if (!safetensors.isEmpty() && !npy.isEmpty()) {
      throw new IllegalArgumentException(
          directory + " holds .safetensors and .npy files: name one file or separate them");
    }
    return npy.isEmpty() ? safetensors : npy;
  }

  private static List<Path> filesIn(Path directory, String ending) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(ending))
          .filter(Files::isRegularFile)
          .sorted(Comparator.comparing(ActivationSources::sortKey))
          .toList();
    }
  }

  /** The file's name with its numbers padded, so that 10 comes after 9. */
  private static String sortKey(Path file) {
    return DIGITS
        .matcher(file.getFileName().toString())
        .replaceAll(
            number -> "0".repeat(Math.max(0, 20 - number.group().length())) + number.group());
  }

  private static ActivationSource openFiles(List<Path> files, String tensorOrNull)
      throws IOException {
    Path first = files.get(0);
    String name = first.getFileName().toString();
    if (name.endsWith(NPY)) {
      if (tensorOrNull != null) {
        throw new IllegalArgumentException(
            first + " is one array without a name: leave out the tensor '" + tensorOrNull + "'");
      }
      return NpySource.open(files);
    }
    if (!name.endsWith(SAFETENSORS)) {
      throw new IllegalArgumentException(
          first + " holds no activations: expected a .safetensors or .npy file or a directory");
    }
    String tensor = tensorOrNull == null ? onlyTensor(first) : tensorOrNull;
    return SafetensorsSource.open(files, tensor);
  }

  /** The one tensor that can hold rows. */
  private static String onlyTensor(Path path) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      List<String> names =
          file.tensors().values().stream()
              .filter(tensor -> tensor.dtype().isFloat() && tensor.shape().size() >= 2)
              .map(TensorInfo::name)
              .toList();
      if (names.size() == 1) {
        return names.get(0);
      }
      throw new IllegalArgumentException(
          names.isEmpty()
              ? path + " holds no tensor of rows of floats"
              : path + " holds several tensors, name one: " + String.join(", ", names));
    }
  }
}
