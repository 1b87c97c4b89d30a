package io.github.sae4j.store;

import io.github.sae4j.format.ArrowFile;
import io.github.sae4j.format.CloseNames;
import io.github.sae4j.format.NpyFile;
import io.github.sae4j.format.NpzFile;
import io.github.sae4j.format.RawFile;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.TensorFile;
import io.github.sae4j.format.TensorInfo;
import io.github.sae4j.format.TorchFile;
import io.github.sae4j.format.Unread;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of files that hold rows, by file extension. */
enum RowFormat {
  SAFETENSORS(".safetensors") {
    @Override
    TensorFile tensors(Path file) throws IOException {
      return SafetensorsFile.open(file);
    }
  },
  NPY(".npy") {
    @Override
    TensorFile tensors(Path file) throws IOException {
      return NpyFile.open(file);
    }
  },
  NPZ(".npz") {
    @Override
    TensorFile tensors(Path file) throws IOException {
      return NpzFile.open(file);
    }
  },
  TORCH(".pt .pth") {
    @Override
    TensorFile tensors(Path file) throws IOException {
      return TorchFile.open(file);
    }

    @Override
    List<RowShard> open(Path path, String tensorOrNull) throws IOException {
      TorchFile file = TorchFile.open(path);
      if (tensorOrNull != null || file.listed().isEmpty()) {
        return named(file, tensorOrNull);
      }
      return closing(
          file,
          () ->
              file.listed().stream()
                  .map(name -> (RowShard) new TensorShard(file, file.tensor(name)))
                  .toList());
    }
  },
  RAW(".bin") {
    @Override
    TensorFile tensors(Path file) throws IOException {
      return RawFile.open(file);
    }
  },
  ARROW(".arrow") {
    @Override
    TensorFile tensors(Path path) throws IOException {
      List<String> columns;
      try (ArrowFile file = ArrowFile.open(path)) {
        columns = List.copyOf(file.columns().keySet());
      }
      throw new IllegalArgumentException(
          "%s has columns, not tensors; the columns with rows of floats are: %s"
              .formatted(path, String.join(", ", columns)));
    }

    @Override
    List<RowShard> open(Path path, String columnOrNull) throws IOException {
      ArrowFile file = ArrowFile.open(path);
      return closing(
          file,
          () ->
              file.columns().get(column(file, columnOrNull)).stream()
                  .map(piece -> (RowShard) new ArrowShard(file, piece))
                  .toList());
    }
  };

  private final String endings; // separated by spaces

  RowFormat(String endings) {
    this.endings = endings;
  }

  private List<String> endings() {
    return List.of(endings.split(" ", -1));
  }

  /**
   * Opens the rows of a file: one or more pieces, in order, each of which closes the file.
   *
   * @param tensorOrNull the tensor or column; null if there is only one
   * @throws IllegalArgumentException if there is no such tensor, or there are several and none is
   *     named
   */
  List<RowShard> open(Path file, String tensorOrNull) throws IOException {
    return named(tensors(file), tensorOrNull);
  }

  /**
   * Opens the file for its tensors.
   *
   * @throws IllegalArgumentException if files of this kind have no tensors
   */
  abstract TensorFile tensors(Path file) throws IOException;

  static Optional<RowFormat> of(Path file) {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    return Arrays.stream(values())
        .filter(each -> each.endings().stream().anyMatch(name::endsWith))
        .findFirst();
  }

  /** Returns the extensions, as listed in a sentence. */
  static String list() {
    List<String> all = Arrays.stream(values()).flatMap(each -> each.endings().stream()).toList();
    int last = all.size() - 1;
    return String.join(", ", all.subList(0, last)) + " or " + all.get(last);
  }

  String ending() {
    return endings().get(0);
  }

  private static List<RowShard> named(TensorFile file, String tensorOrNull) throws IOException {
    return closing(
        file,
        () -> {
          boolean nameless = file.tensors().size() == 1 && file.tensors().containsKey("");
          if (nameless && tensorOrNull != null) {
            throw new IllegalArgumentException(
                "%s is a single unnamed array: omit the tensor '%s'"
                    .formatted(file.path(), tensorOrNull));
          }
          String name = tensorOrNull;
          if (name == null) {
            name =
                nameless ? "" : only(file.path(), "tensor", rowTensors(file), Unread.listed(file));
          }
          return List.of(new TensorShard(file, file.tensor(name)));
        });
  }

  private static String column(ArrowFile file, String columnOrNull) throws IOException {
    List<String> all = new ArrayList<>(file.columns().keySet());
    all.addAll(file.refused().keySet());
    String column = columnOrNull == null ? only(file.path(), "column", all, "") : columnOrNull;
    if (file.refused().containsKey(column)) {
      throw file.refused().get(column);
    }
    if (!file.columns().containsKey(column)) {
      throw new IllegalArgumentException(
          "%s has no column '%s' of rows of floats; it has: %s"
              .formatted(file.path(), column, CloseNames.list(column, all)));
    }
    return column;
  }

  static boolean hasRows(TensorInfo tensor) {
    List<Long> shape = tensor.shape();
    return tensor.dtype().isFloat() && shape.size() >= 2 && shape.get(shape.size() - 1) > 0;
  }

  private static List<String> rowTensors(TensorFile file) {
    return file.tensors().values().stream()
        .filter(RowFormat::hasRows)
        .map(TensorInfo::name)
        .toList();
  }

  /**
   * @param unread a clause that says what else the file holds
   */
  private static String only(Path path, String kind, List<String> names, String unread) {
    if (names.size() == 1) {
      return names.get(0);
    }
    throw new IllegalArgumentException(
        names.isEmpty()
            ? "%s holds no %s of rows of floats%s".formatted(path, kind, unread)
            : "%s holds several %ss, name one: %s"
                .formatted(path, kind, names.stream().limit(20).collect(Collectors.joining(", "))));
  }

  /** Creates shards from a file, or closes it on failure. */
  private static List<RowShard> closing(Closeable file, Shards shards) throws IOException {
    try {
      return shards.make();
    } catch (IOException | RuntimeException e) {
      try {
        file.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  @FunctionalInterface
  private interface Shards {
    List<RowShard> make() throws IOException;
  }
}
