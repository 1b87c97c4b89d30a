package io.github.sae4j.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Rows of floats without a header, {@code NAME.bin}, described by {@code NAME.json}:
 *
 * <pre>
 * { "dtype": "float32", "width": 768 }
 * </pre>
 *
 * {@code dtype} is float64, float32, float16 or bfloat16; {@code width} is the number of values per
 * row; {@code offset} (default 0) the number of bytes before the first row; {@code byteorder}
 * little (the default) or big. The file ends with its last row. The array's name is "".
 */
public final class RawFile implements TensorFile {
  private static final Map<String, DType> TYPES =
      Map.of(
          "float64", DType.F64,
          "float32", DType.F32,
          "float16", DType.F16,
          "bfloat16", DType.BF16);
  private static final Set<String> FIELDS = Set.of("dtype", "width", "offset", "byteorder");
  private static final int MOST_BYTES = 1 << 20;
  private final TensorReader reader;
  private final TensorInfo array;

  private RawFile(FileBytes bytes, TensorInfo array) {
    this.reader = new TensorReader(bytes);
    this.array = array;
  }

  /**
   * Opens a file with the description next to it.
   *
   * @throws NoSuchFileException if there is no description
   * @throws MalformedFileException if the description is wrong, or the file is not a whole number
   *     of rows
   */
  public static RawFile open(Path path) throws IOException {
    Path description = description(path);
    if (Files.exists(path) && !Files.isRegularFile(description)) {
      throw new NoSuchFileException(
          description.toString(),
          null,
          "expected a description of what "
              + path.getFileName()
              + " holds, as in {\"dtype\": \"float32\", \"width\": 768}");
    }
    FileBytes bytes = FileBytes.open(path);
    try {
      return new RawFile(bytes, describe(bytes, description));
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  private static Path description(Path path) {
    String name = path.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return path.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".json");
  }

  private static TensorInfo describe(FileBytes bytes, Path description) throws IOException {
    JsonNode root = Json.readObject(description, MOST_BYTES);
    for (Map.Entry<String, JsonNode> field : Json.fields(root)) {
      if (!FIELDS.contains(field.getKey())) {
        throw new MalformedFileException(
            description, -1, "unknown field '%s'".formatted(field.getKey()));
      }
    }
    DType dtype = TYPES.get(root.path("dtype").asText(""));
    if (dtype == null) {
      throw new MalformedFileException(
          description,
          -1,
          "dtype must be %s, found %s"
              .formatted(
                  TYPES.keySet().stream().sorted().collect(Collectors.joining(", ")),
                  root.path("dtype")));
    }
    long width = number(root, description, "width", 1);
    long offset = root.has("offset") ? number(root, description, "offset", 0) : 0;
    String order = root.path("byteorder").asText("little");
    if (!order.equals("little") && !order.equals("big")) {
      throw new MalformedFileException(
          description, -1, "byteorder must be little or big, found " + root.path("byteorder"));
    }
    long data = bytes.size() - offset;
    if (data < 0 || data % (width * dtype.bytes()) != 0) {
      throw new MalformedFileException(
          bytes.file(),
          offset,
          "%d bytes of data are not a whole number of rows of %d %s, as %s says"
              .formatted(Math.max(0, data), width, dtype, description.getFileName()));
    }
    List<Long> shape = List.of(data / (width * dtype.bytes()), width);
    return new TensorInfo(
        "",
        dtype,
        shape,
        TensorInfo.rowMajor(shape),
        order.equals("big") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        offset);
  }

  private static long number(JsonNode root, Path description, String field, int least)
      throws MalformedFileException {
    JsonNode value = root.path(field);
    boolean isSize = value.isIntegralNumber() && value.canConvertToLong();
    if (!isSize || value.longValue() < least || value.longValue() > Integer.MAX_VALUE) {
      throw new MalformedFileException(
          description,
          -1,
          "%s must be a number of at least %d, found %s".formatted(field, least, value));
    }
    return value.longValue();
  }

  @Override
  public Path path() {
    return reader.bytes().file();
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return Map.of("", array);
  }

  @Override
  public TensorReader reader() {
    return reader;
  }

  @Override
  public void close() {
    reader.bytes().close();
  }
}
