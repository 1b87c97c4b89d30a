package io.github.sae4j.store;

import io.github.sae4j.format.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rows of one or more files of the same kind, in file order. */
final class FileSource implements ActivationSource {
  private final ShardSequence shards;
  private final ShardChecksums checksums; // null if the files are not a dump's
  private final OnRead onRead;
  private final Path directory; // for a dump; otherwise null

  private FileSource(
      ShardSequence shards, ShardChecksums checksums, OnRead onRead, Path directory) {
    this.shards = shards;
    this.checksums = checksums;
    this.onRead = onRead;
    this.directory = directory;
  }

  /**
   * Opens the files, reading only their headers.
   *
   * @param files the shards, in the order of their rows
   * @param tensorOrNull the tensor's name in each of them; null if there is only one
   * @throws IllegalArgumentException if a file has no such tensor or the tensor is not floats, if
   *     the files differ in kind, width or type, or if two are the same file, whose rows would
   *     count twice
   */
  public static FileSource open(List<Path> files, String tensorOrNull) throws IOException {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("there are no files to read activations from");
    }
    RowFormat format = format(files.get(0));
    for (Path file : files) {
      if (format(file) != format) {
        throw new IllegalArgumentException(
            "%s and %s are files of different kinds: name files of one kind"
                .formatted(files.get(0), file));
      }
    }
    requireOnce(files);
    return new FileSource(
        ShardSequence.open(files, file -> format.open(file, tensorOrNull)),
        null,
        OnRead.TRUST,
        null);
  }

  /** Rejects a file that occurs twice, by name or through a symbolic or hard link. */
  private static void requireOnce(List<Path> files) throws IOException {
    Map<Object, Path> known = new HashMap<>();
    for (Path file : files) {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      Path before = known.putIfAbsent(key == null ? file.toRealPath() : key, file);
      if (before != null) {
        throw new IllegalArgumentException(
            before.equals(file)
                ? file + " is given twice: its rows would count twice"
                : "%s and %s are the same file: its rows would count twice"
                    .formatted(before, file));
      }
    }
  }

  /** Opens the shards of a dump. */
  static FileSource ofDump(
      Path directory, List<Path> files, String tensor, ShardChecksums checksums, OnRead onRead)
      throws IOException {
    ShardSequence shards =
        ShardSequence.open(files, file -> RowFormat.SAFETENSORS.open(file, tensor));
    return new FileSource(shards, checksums, onRead, directory);
  }

  private static RowFormat format(Path file) {
    return RowFormat.of(file)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    file
                        + " holds no activations: expected a directory, or a "
                        + RowFormat.list()
                        + " file"));
  }

  /** Returns the name of the tensor; empty if it has none or several. */
  public String tensor() {
    return shards.name();
  }

  /** Returns the stored type. */
  public DType dtype() {
    return shards.dtype();
  }

  @Override
  public long rows() {
    return shards.rows();
  }

  @Override
  public int width() {
    return shards.width();
  }

  @Override
  public String description() {
    boolean isWhole = directory != null && shards.files() == 1;
    return (isWhole ? directory.toString() : shards.description()) + ofTensor();
  }

  @Override
  public String title() {
    boolean isWhole = directory != null && shards.files() == 1;
    return (isWhole ? ShardSequence.name(directory) : shards.title()) + ofTensor();
  }

  private String ofTensor() {
    return tensor().isEmpty() ? "" : ", tensor " + tensor();
  }

  @Override
  public String locate(long row, int column) {
    return shards.locate(row, column);
  }

  @Override
  public RowFingerprint fingerprint() throws IOException {
    String files = checksums == null ? "" : checksums.combined();
    return RowFingerprint.sampled(rows(), width(), shards::read, files);
  }

  /**
   * {@inheritDoc}
   *
   * @throws io.github.sae4j.format.MalformedFileException if a shard of a verified dump has changed
   *     since it was written
   */
  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) throws IOException {
    if (onRead == OnRead.VERIFY) {
      checksums.verify(firstRow, count);
    }
    shards.read(firstRow, count, dst, dstOffset);
  }

  @Override
  public void close() throws IOException {
    shards.close();
  }
}
