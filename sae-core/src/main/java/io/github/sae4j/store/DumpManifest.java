package io.github.sae4j.store;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.Json;
import io.github.sae4j.format.JsonFaults;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * The {@code manifest.json} of a dump: describes the rows and the files that hold them. All fields
 * are required; adding one takes a new version.
 *
 * @param format always {@link #FORMAT}
 * @param version {@link #VERSION}, or 1
 * @param model name of the model
 * @param tokenizer name of the tokenizer
 * @param tensors the tensors that each shard holds
 * @param rows number of rows of all shards
 * @param texts number of lines in {@code texts.jsonl}
 * @param textsCrc32c CRC-32C of {@code texts.jsonl}, eight hexadecimal digits; empty without texts
 *     and in version 1, which has no such field
 * @param keepSpecialTokens whether special tokens have rows
 * @param shards the files, in the order of their rows
 * @param created when the dump was finished, as an ISO 8601 instant
 * @param toolVersion version of the software that wrote it
 */
public record DumpManifest(
    String format,
    int version,
    String model,
    String tokenizer,
    List<DumpInfo.Tensor> tensors,
    long rows,
    int texts,
    String textsCrc32c,
    boolean keepSpecialTokens,
    List<Shard> shards,
    String created,
    String toolVersion) {
  public static final String FORMAT = "sae4j-activations";
  public static final int VERSION = 2;

  private static final String CRC = "[0-9a-f]{8}";

  private static final JsonMapper JSON =
      Json.strict()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  public DumpManifest {
    if (!FORMAT.equals(format) || version < 1 || version > VERSION) {
      throw new IllegalArgumentException(
          "expected format " + FORMAT + " version " + VERSION + ", got " + format + " " + version);
    }
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(created, "created");
    Objects.requireNonNull(toolVersion, "toolVersion");
    tensors = List.copyOf(tensors);
    shards = List.copyOf(shards);
    DumpInfo.requireTensors(tensors);
    if (texts < 0) {
      throw new IllegalArgumentException("texts must not be negative, got " + texts);
    }
    if (!textsCrc32c.matches(version > 1 && texts > 0 ? CRC : "")) {
      throw new IllegalArgumentException(
          "textsCrc32c of version %d with %d texts must not be '%s'"
              .formatted(version, texts, textsCrc32c));
    }
    long inShards = shards.stream().mapToLong(Shard::rows).sum();
    if (rows < 1 || rows != inShards) {
      throw new IllegalArgumentException(
          "rows is " + rows + ", but the shards have " + inShards + " rows");
    }
  }

  /**
   * A file of a dump.
   *
   * @param file its name within the dump's directory
   * @param rows number of its rows
   * @param bytes its size in bytes
   * @param crc32c CRC-32C of its bytes, eight hexadecimal digits
   */
  public record Shard(String file, int rows, long bytes, String crc32c) {

    public Shard {
      Path path = Path.of(file);
      boolean plainName = path.getNameCount() == 1 && path.getFileName() != null;
      if (!plainName || path.isAbsolute() || file.equals("..") || file.equals(".")) {
        throw new IllegalArgumentException(
            "shard '" + file + "' is not the name of a file within the dump's directory");
      }
      if (rows < 1 || bytes < 1) {
        throw new IllegalArgumentException(
            "shard '" + file + "' cannot have " + rows + " rows in " + bytes + " bytes");
      }
      if (!crc32c.matches(CRC)) {
        throw new IllegalArgumentException(
            "shard '" + file + "' has crc32c '" + crc32c + "', not eight hexadecimal digits");
      }
    }
  }

  /** Whether the directory has a manifest of any version. */
  static boolean isIn(Path directory) {
    return Files.isRegularFile(directory.resolve(ShardLayout.MANIFEST));
  }

  /**
   * Reads the manifest of a dump.
   *
   * @throws MalformedFileException if it is not a manifest of this format and version
   */
  static DumpManifest read(Path directory) throws IOException {
    Path file = directory.resolve(ShardLayout.MANIFEST);
    JsonNode root = Json.read(file);
    String format = root.path("format").asText();
    if (!format.equals(FORMAT)) {
      throw new MalformedFileException(
          file, -1, "expected format '" + FORMAT + "', found '" + format + "'");
    }
    int version = root.path("version").asInt();
    if (version < 1 || version > VERSION) {
      throw new MalformedFileException(
          file, -1, "expected version 1 or " + VERSION + ", found " + root.path("version"));
    }
    if (version == 1 && root instanceof ObjectNode old && !old.has("textsCrc32c")) {
      old.put("textsCrc32c", "");
    }
    return JsonFaults.read(JSON, root, DumpManifest.class, file, "");
  }

  void write(Path directory) throws IOException {
    AtomicFiles.write(
        directory.resolve(ShardLayout.MANIFEST), out -> out.write(JSON.writeValueAsBytes(this)));
  }
}
