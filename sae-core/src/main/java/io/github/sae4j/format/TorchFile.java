package io.github.sae4j.format;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code torch.save} wrote since PyTorch 1.6: a zip file with a pickle that says what there
 * is, and an entry for each storage. Tensors may be views of a storage, with any offset and
 * strides. The pickle is read by {@link TorchPickle}, which executes nothing.
 *
 * <p>Dictionaries and lists are one inside the other; a tensor's name is the path to it, joined by
 * dots, with the index of a list's element: {@code state.encoder.weight}, {@code layers.0}. A file
 * of a single tensor calls it "".
 */
public final class TorchFile implements TensorFile {
  private static final int MOST_PICKLE_BYTES = 1 << 24;
  private static final int MOST_DEPTH = 32;
  private static final int MOST_NODES = 1_000_000;

  private final ZipArchive zip;
  private final TensorReader reader;
  private final Map<String, TensorInfo> tensors;
  private final Map<String, Object> values;
  private final List<String> listed;

  private TorchFile(ZipArchive zip, Contents contents) {
    this.zip = zip;
    this.reader = new TensorReader(zip.bytes());
    this.tensors = Collections.unmodifiableMap(contents.tensors);
    this.values = Collections.unmodifiableMap(contents.values);
    this.listed = List.copyOf(contents.listed);
  }

  /**
   * Opens a file and reads what is in it.
   *
   * @throws MalformedFileException if the file breaks the format, or holds something else than
   *     tensors, numbers and strings; names what
   */
  public static TorchFile open(Path path) throws IOException {
    requireZip(path);
    ZipArchive zip = ZipArchive.open(path);
    try {
      return new TorchFile(zip, new Contents(zip).read());
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

  @Override
  public TensorReader reader() {
    return reader;
  }

  /** Numbers (Long, Double), strings and truth values beside the tensors, by their names. */
  public Map<String, Object> values() {
    return values;
  }

  /** The names of the tensors that a list at the top holds, in its order; empty if it is none. */
  public List<String> listed() {
    return listed;
  }

  @Override
  public void close() {
    zip.close();
  }

  /** Goes through what the pickle built. */
  private static final class Contents {
    final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    final Map<String, Object> values = new LinkedHashMap<>();
    final List<String> listed = new ArrayList<>();
    private final ZipArchive zip;
    private String folder;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private int nodes;

    Contents(ZipArchive zip) {
      this.zip = zip;
    }

    Contents read() throws IOException {
      ZipArchive.Entry pickle = pickle();
      folder = pickle.name().substring(0, pickle.name().indexOf('/') + 1);
      ZipArchive.Entry orderEntry = zip.entries().get(folder + "byteorder");
      if (orderEntry != null) {
        order = byteOrder(orderEntry);
      }
      byte[] program = zip.read(pickle, MOST_PICKLE_BYTES);
      Object root = new TorchPickle(zip.bytes().file(), pickle.begin(), program).run();
      if (root instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          if (list.get(i) instanceof TorchPickle.Tensor) {
            listed.add(String.valueOf(i));
          }
        }
      }
      add("", root, 0);
      return this;
    }

    private ZipArchive.Entry pickle() throws MalformedFileException {
      ZipArchive.Entry found = null;
      for (ZipArchive.Entry entry : zip.entries().values()) {
        String name = entry.name();
        if (name.endsWith("/constants.pkl")) {
          throw malformed(entry.begin(), "this is a TorchScript program, not saved tensors");
        }
        if (name.endsWith("/data.pkl") && name.indexOf('/') == name.lastIndexOf('/')) {
          found = entry;
        }
      }
      if (found == null) {
        throw malformed(0, "this zip file has no data.pkl: torch.save did not write it");
      }
      return found;
    }

    private ByteOrder byteOrder(ZipArchive.Entry entry) throws IOException {
      String name = new String(zip.read(entry, 16), StandardCharsets.US_ASCII).strip();
      if (!name.equals("little") && !name.equals("big")) {
        throw malformed(entry.begin(), "the byte order is neither little nor big");
      }
      return name.equals("big") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    private void add(String name, Object value, int depth) throws IOException {
      if (depth > MOST_DEPTH || ++nodes > MOST_NODES) {
        throw malformed(
            0, "there is more, or it is nested deeper, than tensors need: at '" + name + "'");
      }
      if (value instanceof TorchPickle.Tensor tensor) {
        addTensor(name, tensor);
      } else if (value instanceof Map<?, ?> map) {
        for (Map.Entry<?, ?> each : map.entrySet()) {
          add(join(name, String.valueOf(each.getKey())), each.getValue(), depth + 1);
        }
      } else if (value instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          add(join(name, String.valueOf(i)), list.get(i), depth + 1);
        }
      } else if (value instanceof String
          || value instanceof Long
          || value instanceof Double
          || value instanceof Boolean) {
        values.put(name, value);
      }
    }

    private static String join(String name, String key) {
      return name.isEmpty() ? key : name + "." + key;
    }

    private void addTensor(String name, TorchPickle.Tensor tensor) throws IOException {
      TorchPickle.Storage storage = tensor.storage();
      ZipArchive.Entry entry = zip.entries().get(folder + "data/" + storage.key());
      if (entry == null) {
        throw malformed(0, "tensor '" + name + "' needs the storage '" + storage.key() + "'");
      }
      DType dtype = tensor.dtype();
      long span = span(name, tensor);
      long available = entry.size() / dtype.bytes();
      if (tensor.offset() > available - span) {
        throw malformed(
            entry.begin(),
            "tensor '%s' of shape %s, strides %s and offset %d reaches beyond its storage of %d"
                .formatted(name, tensor.shape(), tensor.strides(), tensor.offset(), available));
      }
      long begin = entry.begin() + tensor.offset() * dtype.bytes();
      TensorInfo info = new TensorInfo(name, dtype, tensor.shape(), tensor.strides(), order, begin);
      if (tensors.put(name, info) != null) {
        throw malformed(0, "there are two tensors '" + name + "'");
      }
    }

    /** Elements from the first of a tensor to the one after its last. */
    private long span(String name, TorchPickle.Tensor tensor) throws MalformedFileException {
      long last = 0;
      long elements = 1;
      try {
        for (int d = 0; d < tensor.shape().size(); d++) {
          long size = tensor.shape().get(d);
          elements = Math.multiplyExact(elements, size);
          long reach = Math.multiplyExact(Math.max(0, size - 1), tensor.strides().get(d));
          last = Math.addExact(last, reach);
        }
      } catch (ArithmeticException e) {
        throw malformed(0, "tensor '" + name + "' has the impossible shape " + tensor.shape());
      }
      return elements == 0 ? 0 : last + 1;
    }

    private MalformedFileException malformed(long offset, String reason) {
      return new MalformedFileException(zip.bytes().file(), offset, reason);
    }
  }
}
