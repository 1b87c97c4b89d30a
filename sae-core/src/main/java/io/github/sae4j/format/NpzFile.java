package io.github.sae4j.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A NumPy archive: a zip file of .npy arrays, stored or compressed. An array's name is that of its
 * entry without {@code .npy}.
 */
public final class NpzFile implements TensorFile {
  private static final String NPY = ".npy";

  private final ZipArchive zip;
  private final Map<String, TensorInfo> tensors;
  private final TensorReader reader;

  private NpzFile(ZipArchive zip, Map<String, TensorInfo> tensors) {
    this.zip = zip;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.reader = new TensorReader(zip.bytes());
  }

  /**
   * Opens a file and reads the headers of its arrays.
   *
   * @throws MalformedFileException if the file breaks the format or an array holds something else
   *     than numbers
   */
  public static NpzFile open(Path path) throws IOException {
    ZipArchive zip = ZipArchive.open(path);
    try {
      Map<String, TensorInfo> tensors = new LinkedHashMap<>();
      for (ZipArchive.Entry entry : zip.entries().values()) {
        if (!entry.name().endsWith(NPY)) {
          throw new MalformedFileException(
              path, entry.begin(), "the entry '" + entry.name() + "' is no .npy array");
        }
        String name = entry.name().substring(0, entry.name().length() - NPY.length());
        NpyHeader header = NpyHeader.read(zip.bytes(), entry.begin(), entry.end());
        tensors.put(name, header.tensor(name));
      }
      return new NpzFile(zip, tensors);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  @Override
  public Path path() {
    return zip.bytes().file();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public TensorReader reader() {
    return reader;
  }

  @Override
  public void close() {
    zip.close();
  }
}
