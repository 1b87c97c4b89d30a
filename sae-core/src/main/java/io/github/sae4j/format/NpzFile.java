package io.github.sae4j.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A NumPy archive: a zip file of .npy arrays, stored or compressed. Arrays are named after their
 * entries, without {@code .npy}.
 */
public final class NpzFile implements TensorFile {
  private static final String NPY = ".npy";

  private static final String NO_ARRAY = "no .npy array";

  private final ZipArchive zip;
  private final Map<String, TensorInfo> tensors;
  private final Map<String, String> unread;
  private final TensorReader reader;

  private NpzFile(ZipArchive zip, Map<String, TensorInfo> tensors, Map<String, String> unread) {
    this.zip = zip;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.unread = Collections.unmodifiableMap(unread);
    this.reader = new TensorReader(zip.bytes());
  }

  /**
   * Opens a file and reads the headers of its arrays.
   *
   * @throws MalformedFileException if the file breaks the format
   */
  public static NpzFile open(Path path) throws IOException {
    ZipArchive zip = ZipArchive.open(path);
    try {
      Map<String, TensorInfo> tensors = new LinkedHashMap<>();
      Map<String, String> unread = new LinkedHashMap<>();
      for (ZipArchive.Entry entry : zip.entries().values()) {
        if (!entry.name().endsWith(NPY) || isHidden(entry.name())) {
          unread.put(entry.name(), NO_ARRAY);
          continue;
        }
        String name = entry.name().substring(0, entry.name().length() - NPY.length());
        NpyHeader header = NpyHeader.read(zip.bytes(), entry.begin(), entry.end());
        if (header.dtype().isEmpty()) {
          unread.put(name, Unread.of(header.type(), header.shape()));
        } else {
          tensors.put(name, header.tensor(name));
        }
      }
      if (tensors.isEmpty() && unread.containsValue(NO_ARRAY)) {
        throw new MalformedFileException(
            path,
            -1,
            "there is no .npy array; the first entry is '%s'"
                .formatted(unread.keySet().iterator().next()));
      }
      return new NpzFile(zip, tensors, unread);
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  /** Entries that some systems add to archives. */
  private static boolean isHidden(String entry) {
    return entry.startsWith("__MACOSX/")
        || entry.substring(entry.lastIndexOf('/') + 1).startsWith("._");
  }

  @Override
  public Path path() {
    return zip.bytes().file();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  /**
   * Returns arrays of other types (texts, objects, complex numbers, …) and entries that are not
   * arrays.
   */
  @Override
  public Map<String, String> unread() {
    return unread;
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
