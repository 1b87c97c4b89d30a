package io.github.sae4j.format;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Walks the objects that the pickle of a {@link TorchFile} built and finds its tensors in the
 * archive.
 */
final class TorchContents {
  private static final int MOST_PICKLE_BYTES = 1 << 24;
  private static final int MOST_DEPTH = 32;
  private static final int MOST_NODES = 1_000_000;

  final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
  final Map<String, String> unread = new LinkedHashMap<>();
  final Map<String, Object> values = new LinkedHashMap<>();
  final List<String> listed = new ArrayList<>();
  private final ZipArchive zip;
  private String folder;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private int nodes;

  TorchContents(ZipArchive zip) {
    this.zip = zip;
  }

  TorchContents read() throws IOException {
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
        if (list.get(i) instanceof TorchValues.Tensor) {
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
    if (++nodes > MOST_NODES) {
      throw malformed(0, "the file holds something that tensors do not need, at '" + name + "'");
    }
    if (depth > MOST_DEPTH) { // lists may contain themselves; tensors are never this deep
      unread.put(name, "nested deeper than " + MOST_DEPTH);
      return;
    }
    if (value instanceof TorchValues.Tensor tensor) {
      addTensor(name, tensor);
    } else if (TorchFile.Empty.isFound(value)) {
      values.put(name, TorchFile.Empty.of(value));
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
    } else if (value instanceof TorchValues.Opaque opaque) {
      unread.put(name, opaque.what());
    } else if (value instanceof TorchValues.Storage) {
      unread.put(name, "a storage without a shape");
    } else {
      unread.put(name, "a type or a function");
    }
  }

  private static String join(String name, String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  private void addTensor(String name, TorchValues.Tensor tensor) throws IOException {
    if (!tensor.isRead()) {
      unread.put(name, Unread.of(tensor.type().name(), tensor.shape()));
      return;
    }
    TorchValues.Storage storage = tensor.storage();
    ZipArchive.Entry entry = zip.entries().get(folder + "data/" + storage.key());
    if (entry == null) {
      throw malformed(0, "tensor '" + name + "' needs the storage '" + storage.key() + "'");
    }
    DType dtype = tensor.type().dtype().orElseThrow();
    long span = span(name, tensor);
    long available = entry.size() / dtype.bytes();
    if (tensor.offset() > available - span) {
      throw malformed(
          entry.begin(),
          "tensor '%s' of shape %s, strides %s and offset %d extends beyond its storage of %d"
              .formatted(name, tensor.shape(), tensor.strides(), tensor.offset(), available));
    }
    long begin = entry.begin() + tensor.offset() * dtype.bytes();
    TensorInfo info =
        new TensorInfo(
            name, dtype, tensor.shape(), tensor.strides(), order, begin, tensor.negated());
    if (tensors.put(name, info) != null) {
      throw malformed(0, "there are two tensors '" + name + "'");
    }
  }

  /** Returns the number of elements that a tensor spans in its storage. */
  private long span(String name, TorchValues.Tensor tensor) throws MalformedFileException {
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
