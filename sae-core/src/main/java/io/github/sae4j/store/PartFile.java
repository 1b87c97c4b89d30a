package io.github.sae4j.store;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where one part of a joined row is stored.
 *
 * @param name name of the part
 * @param path a dump, a directory of .safetensors or of .npy files, or one such file
 * @param tensorOrNull the tensor's name; null for .npy files and if there is only one
 */
public record PartFile(String name, Path path, String tensorOrNull) {

  public PartFile {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(path, "path");
  }
}
