package io.github.sae4j.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The header of a safetensors file, fully checked.
 *
 * <pre>
 * File   --> Length Header Data
 * Length --> unsigned 64-bit little-endian size of the header in bytes, at most 100,000,000
 * Header --> UTF-8 JSON object, which may end in spaces
 *            { "__metadata__": {string: string}, name: Tensor, … }
 * Tensor --> { "dtype": string, "shape": [size, …], "data_offsets": [begin, end] }
 * </pre>
 *
 * For a tensor of an unknown type, the place is checked and the tensor is listed under {@code
 * unread}. Offsets count from the start of the data, which the tensors fill without gap or overlap
 * (<a href="https://github.com/huggingface/safetensors#format">specification</a>).
 */
record SafetensorsHeader(
    Map<String, String> metadata, Map<String, TensorInfo> tensors, Map<String, String> unread) {
  static final int LENGTH_BYTES = Long.BYTES;
  static final long MAX_BYTES = 100_000_000;
  static final String METADATA = "__metadata__";

  static SafetensorsHeader read(FileBytes bytes) throws IOException {
    return new Parser(bytes).parse();
  }

  private static final class Parser {
    private final FileBytes bytes;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private final Map<String, String> unread = new LinkedHashMap<>();
    private final List<Place> places = new ArrayList<>();
    private long dataBegin;

    /** The bytes of the file that a tensor occupies. */
    private record Place(String name, long begin, long end) {}

    Parser(FileBytes bytes) {
      this.bytes = bytes;
    }

    SafetensorsHeader parse() throws IOException {
      JsonNode root = readJson();
      for (Map.Entry<String, JsonNode> entry : Json.fields(root)) {
        if (entry.getKey().equals(METADATA)) {
          readMetadata(entry.getValue());
        } else {
          readTensor(entry.getKey(), entry.getValue());
        }
      }
      requireContiguous();
      return new SafetensorsHeader(metadata, tensors, unread);
    }

    private JsonNode readJson() throws IOException {
      if (bytes.size() < LENGTH_BYTES) {
        throw malformed(
            0, "expected a safetensors header length of 8 bytes, found " + bytes.size());
      }
      long length = bytes.view(0, LENGTH_BYTES).getLong();
      long most = Math.min(MAX_BYTES, bytes.size() - LENGTH_BYTES);
      if (length < 0 || length > most) {
        throw malformed(
            0,
            "the safetensors header claims "
                + Long.toUnsignedString(length)
                + " bytes, but at most "
                + most
                + " are allowed");
      }
      dataBegin = LENGTH_BYTES + length;
      byte[] header = new byte[(int) length];
      for (int done = 0; done < header.length; ) {
        int n = Math.min(bytes.maxView(), header.length - done);
        ByteBuffer view = bytes.view(LENGTH_BYTES + done, n);
        view.get(header, done, n);
        done += n;
      }
      if (header.length == 0 || header[0] != '{') {
        throw malformed(LENGTH_BYTES, "the safetensors header does not start with '{'");
      }
      try {
        return Json.parse(Utf8.decode(bytes.file(), LENGTH_BYTES, header));
      } catch (JsonProcessingException e) {
        long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getCharOffset());
        throw malformed(
            LENGTH_BYTES + at,
            "the safetensors header is not valid JSON: " + JsonFaults.ofSyntax(e));
      }
    }

    private void readMetadata(JsonNode node) throws MalformedFileException {
      require(node.isObject(), METADATA, "must be an object");
      for (Map.Entry<String, JsonNode> entry : Json.fields(node)) {
        require(entry.getValue().isTextual(), METADATA, "must hold only strings");
        metadata.put(entry.getKey(), entry.getValue().textValue());
      }
    }

    private void readTensor(String name, JsonNode node) throws MalformedFileException {
      require(node.isObject(), name, "must be described by an object");
      JsonNode type = node.path("dtype");
      require(type.isTextual(), name, "needs a dtype");
      List<Long> shape = readSizes(name, "shape", node.path("shape"));
      Place place = readPlace(name, node);
      places.add(place);
      Optional<DType> dtype = DType.ofSafetensors(type.textValue());
      if (dtype.isEmpty()) {
        unread.put(name, Unread.of(type.textValue(), shape));
        return;
      }
      long expected = byteLength(name, shape, dtype.get());
      require(
          expected == place.end() - place.begin(),
          name,
          String.format(
              Locale.ROOT,
              "has dtype %s and shape %s, which take %d bytes, but its data_offsets span %d",
              dtype.get(),
              shape,
              expected,
              place.end() - place.begin()));
      tensors.put(name, TensorInfo.inOrder(name, dtype.get(), shape, place.begin()));
    }

    private Place readPlace(String name, JsonNode node) throws MalformedFileException {
      List<Long> offsets = readSizes(name, "data_offsets", node.path("data_offsets"));
      require(offsets.size() == 2, name, "needs two data_offsets");
      long begin = offsets.get(0);
      long end = offsets.get(1);
      require(
          begin <= end && end <= bytes.size() - dataBegin,
          name,
          "is at data offsets "
              + offsets
              + ", but the file holds "
              + (bytes.size() - dataBegin)
              + " bytes of data");
      return new Place(name, dataBegin + begin, dataBegin + end);
    }

    private List<Long> readSizes(String name, String field, JsonNode node)
        throws MalformedFileException {
      require(node.isArray(), name, "needs a list of numbers as " + field);
      List<Long> sizes = new ArrayList<>(node.size());
      for (JsonNode size : node) {
        require(
            size.isIntegralNumber() && size.canConvertToLong() && size.longValue() >= 0,
            name,
            "has " + size + " in its " + field + ", which is not a size");
        sizes.add(size.longValue());
      }
      return sizes;
    }

    private long byteLength(String name, List<Long> shape, DType dtype)
        throws MalformedFileException {
      if (shape.contains(0L)) {
        return 0;
      }
      try {
        return shape.stream().reduce((long) dtype.bytes(), Math::multiplyExact);
      } catch (ArithmeticException e) {
        throw malformed(LENGTH_BYTES, "tensor '" + name + "' has the impossible shape " + shape);
      }
    }

    private void requireContiguous() throws MalformedFileException {
      places.sort(Comparator.comparingLong(Place::begin).thenComparingLong(Place::end));
      long filled = dataBegin;
      for (Place place : places) {
        if (place.begin() != filled) {
          throw malformed(
              place.begin(),
              "tensor '"
                  + place.name()
                  + (place.begin() < filled ? "' overlaps" : "' leaves a gap after")
                  + " what comes before byte "
                  + filled);
        }
        filled = place.end();
      }
      if (filled != bytes.size()) {
        throw malformed(
            filled, "the tensors end here, but the file has " + bytes.size() + " bytes");
      }
    }

    private void require(boolean condition, String name, String reason)
        throws MalformedFileException {
      if (!condition) {
        throw malformed(LENGTH_BYTES, "'" + name + "' " + reason);
      }
    }

    private MalformedFileException malformed(long offset, String reason) {
      return new MalformedFileException(bytes.file(), offset, reason);
    }
  }
}
