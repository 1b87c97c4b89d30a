package io.github.sae4j.format;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A file written by {@code torch.save} since PyTorch 1.6: a zip file with a pickle that describes
 * the contents, and an entry per storage. Tensors may be views of a storage, with any offset and
 * strides. The pickle is read by {@link TorchPickle}, which executes nothing.
 *
 * <p>Dictionaries and lists may be nested; a tensor's name is the path to it, joined by dots, with
 * indices for list elements: {@code state.encoder.weight}, {@code layers.0}. A file of a single
 * tensor calls it "".
 */
public final class TorchFile implements TensorFile {

  /** An empty value besides the tensors; written as in Python. */
  public enum Empty {
    NONE("None"),
    DICTIONARY("{}"),
    LIST("[]");

    private final String python;

    Empty(String python) {
      this.python = python;
    }

    static boolean isFound(Object value) {
      return value == TorchValues.None.NONE
          || (value instanceof Map<?, ?> map && map.isEmpty())
          || (value instanceof List<?> list && list.isEmpty());
    }

    /** Returns the kind of an empty value. */
    static Empty of(Object value) {
      return value instanceof Map ? DICTIONARY : value instanceof List ? LIST : NONE;
    }

    @Override
    public String toString() {
      return python;
    }
  }

  private final ZipArchive zip;
  private final TensorReader reader;
  private final Map<String, TensorInfo> tensors;
  private final Map<String, String> unread;
  private final Map<String, Object> values;
  private final List<String> listed;

  private TorchFile(ZipArchive zip, TorchContents contents) {
    this.zip = zip;
    this.reader = new TensorReader(zip.bytes());
    this.tensors = Collections.unmodifiableMap(contents.tensors);
    this.unread = Collections.unmodifiableMap(contents.unread);
    this.values = Collections.unmodifiableMap(contents.values);
    this.listed = List.copyOf(contents.listed);
  }

  /**
   * Opens a file and reads what is in it.
   *
   * @throws MalformedFileException if the file breaks the format, or its pickle needs something
   *     that no tensor needs; the message names it
   */
  public static TorchFile open(Path path) throws IOException {
    requireZip(path);
    ZipArchive zip = ZipArchive.open(path);
    try {
      return new TorchFile(zip, new TorchContents(zip).read());
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private static void requireZip(Path path) throws IOException {
    try (FileBytes bytes = FileBytes.open(path)) {
      if (bytes.size() > 1 && bytes.view(0, 2).getShort() == 0x0280) {
        throw new MalformedFileException(
            path,
            0,
            "this is a bare pickle, as torch.save wrote it before PyTorch 1.6: load it there and"
                + " save it again");
      }
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

  /** Returns tensors of other types (complex, sparse, quantised, …), sets, bytes and the like. */
  @Override
  public Map<String, String> unread() {
    return unread;
  }

  @Override
  public TensorReader reader() {
    return reader;
  }

  @Override
  public Map<String, Object> values() {
    return values;
  }

  /**
   * Returns the names of the tensors in a top-level list, in order; empty if there is no such list.
   */
  public List<String> listed() {
    return listed;
  }

  @Override
  public void close() {
    zip.close();
  }
}
