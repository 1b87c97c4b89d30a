package io.github.sae4j.store;

import io.github.sae4j.format.TensorFile;
import io.github.sae4j.format.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Opens the activations at a path, whatever their format. */
public final class ActivationSources {

  private ActivationSources() {}

  /**
   * Opens a dump; a directory of files of one kind ({@link RowFormat}: .safetensors, .npy, .npz,
   * .pt, .bin or .arrow), sorted by name, with numbers by value; one such file; or several, given
   * as a list or a pattern ({@link FilePattern}).
   *
   * @param path what to read
   * @param tensorOrNull the name of the tensor or column; null for unnamed arrays and if there is
   *     only one
   * @throws IllegalArgumentException if the path holds no such thing; the message says what it
   *     holds
   */
  public static ActivationSource open(Path path, String tensorOrNull) throws IOException {
    return open(path, tensorOrNull, OnRead.VERIFY);
  }

  /**
   * Opens the rows at a path, as {@link #open(Path, String)} does.
   *
   * @param onRead whether to compare the checksums of a dump as it is read
   */
  public static ActivationSource open(Path path, String tensorOrNull, OnRead onRead)
      throws IOException {
    if (!Files.exists(path)) {
      if (FilePattern.namesSeveral(path)) {
        return FileSource.open(FilePattern.files(path), tensorOrNull);
      }
      throw new IllegalArgumentException(path + " does not exist");
    }
    if (!Files.isDirectory(path)) {
      return FileSource.open(List.of(path), tensorOrNull);
    }
    if (DumpManifest.isIn(path)) {
      try (ActivationDump dump = ActivationDump.open(path, onRead)) {
        return dump.source(tensorOrNull);
      }
    }
    return FileSource.open(new RowFolder(path).files(), tensorOrNull);
  }

  /**
   * Returns the tensors of a file of any kind that {@link #open} reads, those that can be rows
   * first.
   *
   * @throws IllegalArgumentException if the file is of another kind, or has columns
   */
  public static List<TensorInfo> tensors(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    RowFormat format =
        RowFormat.of(file)
            .filter(kind -> Files.isRegularFile(file))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s is not a %s file".formatted(file, RowFormat.list())));
    try (TensorFile opened = format.tensors(file)) {
      return opened.tensors().values().stream()
          .sorted(Comparator.comparing((TensorInfo tensor) -> !RowFormat.hasRows(tensor)))
          .toList();
    }
  }

  /**
   * Returns one path for several files, in the order of a pattern: by name, with numbers by value.
   *
   * @throws IllegalArgumentException if one is a directory or missing, or has a comma in its name
   */
  public static Path several(List<Path> files) {
    for (Path file : files) {
      String fault =
          !Files.exists(file)
              ? "does not exist"
              : Files.isDirectory(file)
                  ? "is a directory, but several sources of rows must be files"
                  : file.toString().contains(",")
                      ? "has a comma in its name: name the directory of the files, or a pattern"
                      : null;
      if (fault != null) {
        throw new IllegalArgumentException(file + " " + fault);
      }
    }
    return Path.of(
        FilePattern.inOrder(files).stream().map(Path::toString).collect(Collectors.joining(",")));
  }
}
