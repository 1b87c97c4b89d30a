package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.JoinedSource;
import io.github.sae4j.store.PartFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where rows are: one dump, or an input and a target whose rows correspond. */
final class DataOptions {
  static final String INPUT = "input";
  static final String TARGET = "target";

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DUMP",
      description =
          "Activations: a dump, or .safetensors or .npy files; for a transcoder input=DUMP and"
              + " target=DUMP.")
  private List<String> data;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description =
          "The tensor, where there are several (sae eval: otherwise the one that was learnt); for a"
              + " transcoder input=NAME and target=NAME.")
  private List<String> tensors = List.of();

  /** Whether an input and a target are named. */
  boolean joined() {
    return data.size() > 1 || isPart(data.get(0));
  }

  /** The dump, or that of the input. */
  Path path() {
    return joined() ? parts().get(0).path() : Path.of(data.get(0));
  }

  /** The tensor of a single dump, if one is named. */
  String tensorOrNull() {
    if (joined() || tensors.isEmpty()) {
      return null;
    }
    if (tensors.size() > 1) {
      throw new IllegalArgumentException("--tensor must be given once, got " + tensors);
    }
    return tensors.get(0);
  }

  /**
   * The rows; of a single dump with several tensors, where none is named, those that were learnt.
   *
   * @throws IllegalArgumentException if parts have other names than input and target, or their rows
   *     do not correspond
   */
  ActivationSource open(Provenance provenance) throws IOException {
    return joined()
        ? JoinedSource.open(parts())
        : StoredRun.openRows(path(), tensorOrNull(), provenance);
  }

  private List<PartFile> parts() {
    Map<String, String> dumps = byPart("--data", data);
    Map<String, String> names = byPart("--tensor", tensors);
    for (String part : List.of(INPUT, TARGET)) {
      if (!dumps.containsKey(part)) {
        throw new IllegalArgumentException(
            "--data must name an input and a target (input=DUMP target=DUMP), got " + data);
      }
    }
    return List.of(
        new PartFile(INPUT, Path.of(dumps.get(INPUT)), names.get(INPUT)),
        new PartFile(TARGET, Path.of(dumps.get(TARGET)), names.get(TARGET)));
  }

  private static Map<String, String> byPart(String option, List<String> values) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (String value : values) {
      int at = value.indexOf('=');
      String part = at < 0 ? "" : value.substring(0, at);
      if (!part.equals(INPUT) && !part.equals(TARGET)) {
        throw new IllegalArgumentException(
            "%s must be input=… or target=… where there are two, got '%s'"
                .formatted(option, value));
      }
      if (parts.put(part, value.substring(at + 1)) != null) {
        throw new IllegalArgumentException(option + " names the " + part + " twice");
      }
    }
    return parts;
  }

  /** A file whose name looks like a part is a file. */
  private static boolean isPart(String value) {
    return (value.startsWith(INPUT + "=") || value.startsWith(TARGET + "="))
        && !Files.exists(Path.of(value));
  }
}
