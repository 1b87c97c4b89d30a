package io.github.sae4j.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.sae4j.format.CloseNames;
import io.github.sae4j.format.DType;
import io.github.sae4j.format.Json;
import io.github.sae4j.format.JsonFaults;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.format.TensorInfo;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory of harvested activations with the texts they came from.
 *
 * <pre>
 * manifest.json             what the rows are ({@link DumpManifest})
 * shard-00000.safetensors … each tensor, [rows, width], and where the rows came from: the I32
 *                           tensors example, token, start and end, [rows]
 * texts.jsonl               a {@link TextRecord} as JSON on each line, in the order of "example"
 * </pre>
 *
 * The texts of imported rows may be unknown: then the manifest's number of texts is 0, there is no
 * texts.jsonl, and shards hold only the rows.
 *
 * <p>Thread-safe.
 */
public final class ActivationDump implements Closeable {
  private static final JsonMapper JSON =
      Json.strict().enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES).build();

  private final Path directory;
  private final DumpManifest manifest;
  private final List<SafetensorsFile> files;
  private final RowOrigins origins; // null without texts
  private final OnRead onRead;
  private List<TextRecord> texts;

  private ActivationDump(
      Path directory, DumpManifest manifest, List<SafetensorsFile> files, OnRead onRead) {
    this.onRead = onRead;
    this.directory = directory;
    this.manifest = manifest;
    this.files = files;
    this.origins = manifest.texts() == 0 ? null : new RowOrigins(files);
  }

  /**
   * Opens a dump and compares its manifest with the headers of all shards.
   *
   * @throws MalformedFileException if they disagree
   */
  public static ActivationDump open(Path directory) throws IOException {
    return open(directory, OnRead.VERIFY);
  }

  /**
   * Opens a dump.
   *
   * @param onRead whether to compare checksums as rows and texts are read
   */
  public static ActivationDump open(Path directory, OnRead onRead) throws IOException {
    if (!DumpManifest.isIn(directory)) {
      throw new IllegalArgumentException(
          directory + " is not an activation dump: it has no " + ShardLayout.MANIFEST);
    }
    DumpManifest manifest = DumpManifest.read(directory);
    List<SafetensorsFile> files = new ArrayList<>();
    for (DumpManifest.Shard shard : manifest.shards()) {
      files.add(openShard(directory, manifest, shard));
    }
    return new ActivationDump(directory, manifest, files, onRead);
  }

  private static SafetensorsFile openShard(
      Path directory, DumpManifest manifest, DumpManifest.Shard shard) throws IOException {
    Path path = directory.resolve(shard.file());
    if (!Files.isRegularFile(path)) {
      throw new MalformedFileException(
          directory.resolve(ShardLayout.MANIFEST), -1, "shard " + shard.file() + " is missing");
    }
    long bytes = Files.size(path);
    if (bytes != shard.bytes()) {
      throw new MalformedFileException(
          path, -1, "the manifest says " + shard.bytes() + " bytes, found " + bytes);
    }
    SafetensorsFile file = SafetensorsFile.open(path);
    for (DumpInfo.Tensor tensor : manifest.tensors()) {
      List<Long> shape = List.of((long) shard.rows(), (long) tensor.width());
      requireTensor(file, tensor.name(), tensor.dtype(), shape);
    }
    for (String origin : manifest.texts() == 0 ? List.<String>of() : ShardLayout.ORIGINS) {
      requireTensor(file, origin, DType.I32, List.of((long) shard.rows()));
    }
    return file;
  }

  private static void requireTensor(
      SafetensorsFile file, String name, DType dtype, List<Long> shape)
      throws MalformedFileException {
    TensorInfo found = file.tensors().get(name);
    if (found == null || found.dtype() != dtype || !found.shape().equals(shape)) {
      throw new MalformedFileException(
          file.path(),
          -1,
          "expected tensor '"
              + name
              + "' of "
              + dtype
              + " "
              + shape
              + ", found "
              + (found == null ? "none" : found.dtype() + " " + found.shape()));
    }
  }

  /** Returns the directory of the dump. */
  Path directory() {
    return directory;
  }

  public DumpManifest manifest() {
    return manifest;
  }

  /**
   * Returns the rows of one tensor; closing the source leaves the dump open.
   *
   * @param tensorOrNull the tensor's name; null if the dump has only one
   * @throws IllegalArgumentException if there is no such tensor, or there are several and none is
   *     named
   */
  public ActivationSource source(String tensorOrNull) throws IOException {
    List<String> names = manifest.tensors().stream().map(DumpInfo.Tensor::name).toList();
    if (tensorOrNull == null && names.size() > 1) {
      throw new IllegalArgumentException(
          directory + " holds several tensors, name one: " + String.join(", ", names));
    }
    String name = tensorOrNull == null ? names.get(0) : tensorOrNull;
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          directory + " has no tensor '" + name + "'; it has: " + CloseNames.list(name, names));
    }
    ShardChecksums checksums = new ShardChecksums(directory, manifest.shards());
    List<Path> paths = files.stream().map(SafetensorsFile::path).toList();
    return FileSource.ofDump(directory, paths, name, checksums, onRead);
  }

  /** Whether the texts that rows came from are known. */
  public boolean hasTexts() {
    return origins != null;
  }

  /**
   * Returns where each row came from.
   *
   * @throws IllegalArgumentException if that is unknown
   */
  public RowOrigins origins() {
    if (origins == null) {
      throw new IllegalArgumentException(
          directory + " has no texts: the origin of its rows is unknown");
    }
    return origins;
  }

  /**
   * Returns the texts by index, read on the first call.
   *
   * @throws MalformedFileException if a line is not a text record or lines are missing
   */
  public synchronized List<TextRecord> texts() throws IOException {
    if (texts == null) {
      texts = hasTexts() ? List.copyOf(readTexts()) : List.of();
    }
    return texts;
  }

  private static TextRecord textRecord(Path path, String place, String line) throws IOException {
    try {
      return JsonFaults.read(JSON, JSON.readTree(line), TextRecord.class, path, place);
    } catch (JsonProcessingException e) {
      throw new MalformedFileException(path, -1, place + JsonFaults.ofLine(e));
    }
  }

  private List<TextRecord> readTexts() throws IOException {
    Path path = directory.resolve(ShardLayout.TEXTS);
    List<TextRecord> read = new ArrayList<>(manifest.texts());
    try (BufferedReader lines = Files.newBufferedReader(path)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        read.add(textRecord(path, "line " + (read.size() + 1) + ": ", line));
      }
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(path, -1, "this is not UTF-8");
    }
    if (read.size() != manifest.texts()) {
      throw new MalformedFileException(
          path, -1, "the manifest says " + manifest.texts() + " texts, found " + read.size());
    }
    if (onRead == OnRead.VERIFY) {
      verifyTexts();
    }
    return read;
  }

  /**
   * Reads all files and compares their checksums with the manifest's. Texts written by an older
   * version have no checksum; their number of lines is compared instead.
   *
   * @throws MalformedFileException if a file has changed since it was written
   */
  public void verify() throws IOException {
    for (DumpManifest.Shard shard : manifest.shards()) {
      Checksums.require(directory.resolve(shard.file()), shard.crc32c());
    }
    if (hasTexts()) {
      readTexts();
      verifyTexts();
    }
  }

  private void verifyTexts() throws IOException {
    if (!manifest.textsCrc32c().isEmpty()) {
      Checksums.require(directory.resolve(ShardLayout.TEXTS), manifest.textsCrc32c());
    }
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }
}
