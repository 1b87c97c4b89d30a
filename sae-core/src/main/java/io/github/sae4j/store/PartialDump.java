package io.github.sae4j.store;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.Json;
import io.github.sae4j.format.JsonFaults;
import io.github.sae4j.format.ReplacedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * An unfinished dump that outlives its process: the hidden directory {@code .NAME.partial} next to
 * the target, with the complete shards and {@code partial.json}, which lists them and records their
 * origin.
 */
final class PartialDump {
  private static final String STATE = "partial.json";
  private static final String FORMAT = "sae4j-partial-activations";
  private static final int VERSION = 1;
  private static final JsonMapper JSON =
      Json.strict().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Path directory;
  private final Map<String, String> origin;
  private final List<DumpManifest.Shard> shards;

  /** The contents of {@code partial.json}. */
  private record State(
      String format, int version, Map<String, String> origin, List<DumpManifest.Shard> shards) {

    State {
      if (!FORMAT.equals(format) || version != VERSION) {
        throw new IllegalArgumentException(
            "expected " + FORMAT + " " + VERSION + ", found " + format + " " + version);
      }
      origin = Map.copyOf(origin);
      shards = List.copyOf(shards);
    }
  }

  private PartialDump(Path directory, Map<String, String> origin, List<DumpManifest.Shard> shards) {
    this.directory = directory;
    this.origin = origin;
    this.shards = new ArrayList<>(shards);
  }

  /**
   * Returns the number of rows in the complete shards of an unfinished dump; 0 if there are none.
   */
  static long rowsOf(Path target) throws IOException {
    Path directory = ReplacedDirectory.partial(target);
    return Files.exists(directory.resolve(STATE)) ? rows(read(directory).shards()) : 0;
  }

  /** Starts over and deletes whatever an earlier process left. */
  static PartialDump begin(Path target, Map<String, String> origin) throws IOException {
    Path directory = ReplacedDirectory.partial(target);
    AtomicFiles.deleteTree(directory);
    Files.createDirectories(directory);
    return new PartialDump(directory, origin, List.of());
  }

  /**
   * Takes over the complete shards of an earlier process, up to the first damaged one.
   *
   * @throws IllegalArgumentException if they have another origin
   */
  static PartialDump resume(Path target, Map<String, String> origin) throws IOException {
    Path directory = ReplacedDirectory.partial(target);
    if (!Files.exists(directory.resolve(STATE))) {
      return begin(target, origin);
    }
    State state = read(directory);
    requireSame(target, state.origin(), origin);
    List<DumpManifest.Shard> whole = new ArrayList<>();
    for (DumpManifest.Shard shard : state.shards()) {
      Path file = directory.resolve(shard.file());
      if (!Files.isRegularFile(file)
          || Files.size(file) != shard.bytes()
          || !Checksums.crc32c(file).equals(shard.crc32c())) {
        break;
      }
      whole.add(shard);
    }
    PartialDump partial = new PartialDump(directory, origin, whole);
    partial.deleteOthers();
    partial.writeState();
    return partial;
  }

  private static State read(Path directory) throws IOException {
    Path file = directory.resolve(STATE);
    String place = "not the state of an unfinished dump: ";
    return JsonFaults.read(JSON, Json.read(file), State.class, file, place);
  }

  private static void requireSame(
      Path target, Map<String, String> before, Map<String, String> now) {
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(now.keySet());
    keys.removeIf(key -> Objects.equals(before.get(key), now.get(key)));
    if (!keys.isEmpty()) {
      String key = keys.iterator().next();
      throw new IllegalArgumentException(
          "%s was started with other settings and can only be started over: %s was %s and is now %s"
              .formatted(target, key, before.get(key), now.get(key)));
    }
  }

  private void deleteOthers() throws IOException {
    List<String> kept = new ArrayList<>(shards.stream().map(DumpManifest.Shard::file).toList());
    kept.add(STATE);
    List<Path> entries;
    try (Stream<Path> all = Files.list(directory)) {
      entries = all.toList();
    }
    for (Path entry : entries) {
      if (!kept.contains(entry.getFileName().toString())) {
        AtomicFiles.deleteTree(entry);
      }
    }
  }

  private static long rows(List<DumpManifest.Shard> shards) {
    return shards.stream().mapToLong(DumpManifest.Shard::rows).sum();
  }

  Path directory() {
    return directory;
  }

  /** Returns the complete shards, in order. */
  List<DumpManifest.Shard> shards() {
    return List.copyOf(shards);
  }

  /** Returns the number of their rows. */
  long rows() {
    return rows(shards);
  }

  /** Records a shard that has been written. */
  void add(DumpManifest.Shard shard) throws IOException {
    shards.add(shard);
    writeState();
  }

  private void writeState() throws IOException {
    State state = new State(FORMAT, VERSION, origin, shards);
    AtomicFiles.write(directory.resolve(STATE), out -> out.write(JSON.writeValueAsBytes(state)));
  }

  /** Deletes what only an unfinished dump needs. */
  void finish() throws IOException {
    Files.deleteIfExists(directory.resolve(STATE));
  }
}
