package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.DirectoryLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs destroy nothing that is not theirs, and are the same in every locale. */
class OutputsTest {
  @TempDir private static Path directory;
  private static ToyWorld world;

  @BeforeAll
  static void prepare() throws IOException {
    world = ToyWorld.trained(directory);
  }

  private static CommandRun eval(Object... more) {
    List<Object> words = new ArrayList<>(List.of("eval", "--sae", world.run()));
    words.addAll(List.of("--data", world.dump()));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  @Test
  void noOutputIsAnInput() throws IOException {
    Path manifest = world.dump().resolve("manifest.json");
    byte[] before = Files.readAllBytes(manifest);
    Path link = Files.createSymbolicLink(directory.resolve("link"), manifest);
    Path hard = Files.createLink(directory.resolve("hard.json"), manifest);
    eval("--json", manifest).refused("--json", "manifest.json", "which --data reads");
    eval("--json", link).refused("which --data reads");
    eval("--json", world.run().resolve("sae/cfg.json")).refused("which --sae reads");
    eval("--log-file", manifest).refused("--log-file", "which --data reads");
    CommandRun.of("eval", "--sae", world.run(), "--data", hard, "--json", manifest)
        .refused("which --data reads");
    CommandRun.of("convert", "--data", world.dump(), "--out", world.dump(), "--overwrite")
        .refused("which --data reads");
    CommandRun.of(
            "convert",
            "--data",
            world.dump().resolve("shard-00000.safetensors"),
            "--out",
            world.dump(),
            "--overwrite")
        .refused("which --overwrite replaces");
    Path shard = world.dump().resolve("shard-00000.safetensors");
    CommandRun.of("eval", "--sae", world.run(), "--data", world.dump(), shard, "--json", shard)
        .refused("which --data reads");
    CommandRun.of("eval", "--sae", world.run(), "--data", "x=" + shard, "--json", shard)
        .refused("which --data reads");
    eval("--truth", hard + ":W_dec", "--json", hard).refused("which --truth reads");
    assertArrayEquals(before, Files.readAllBytes(manifest));
  }

  @Test
  void whatCannotBeWrittenIsSaidBeforeTheComputation() throws IOException {
    eval("--json", directory).refused("--json must name a file", "is a directory");
    Path below = directory.resolve("texts.jsonl").resolve("eval.json");
    eval("--json", below).refused("cannot be created", "texts.jsonl is not a directory");
    eval("--log-file", "-").refused("--log-file cannot be standard output");
    Path same = directory.resolve("same");
    eval("--json", same, "--log-file", same).refused("name the same path");
    assertFalse(Files.exists(same));
  }

  @Test
  void whatAKilledProcessLeftOfAFileGoesWithTheNextRun() throws IOException {
    Path left =
        Files.writeString(
            directory.resolve(".eval.json.0123abcd-0123-4567-89ab-0123456789ab.tmp"), "half");
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(3600)));
    eval("--json", directory.resolve("eval.json")).succeeded();
    assertFalse(Files.exists(left));
  }

  @Test
  void aHyphenIsStandardOutputAndNothingElseGoesThere() {
    CommandRun run = eval("--json", "-").succeeded();
    assertTrue(run.out().startsWith("{") && run.out().endsWith("}\n"), run.out());
    assertTrue(run.err().contains("FVU"), run.err());
  }

  @Test
  void filesOfOthersAreNotReplaced() throws IOException {
    Path site = Files.createDirectory(directory.resolve("site"));
    Path page = Files.writeString(site.resolve("index.html"), "<html>mine</html>");
    CommandRun.of("report", "--sae", world.run(), "--data", world.dump(), "--out", site)
        .refused("index.html is not part of a report");
    Path project = Files.createDirectory(directory.resolve("project"));
    Path config = Files.writeString(project.resolve("config.json"), "{\"mine\": 1}");
    world.train(project, "--overwrite").refused("config.json is not part of a training run");
    Path table = Files.createDirectory(directory.resolve("table"));
    Path csv = Files.writeString(table.resolve("sweep.csv"), "mine");
    CommandRun.of("sweep", "--data", world.dump(), "--out", table, "--k", "2", "--batch", "64")
        .refused("sweep.csv is not part of a sweep");
    Path copy = directory.resolve("copy");
    CommandRun.of("convert", "--data", world.dump(), "--out", copy).succeeded();
    Path notes = Files.writeString(copy.resolve("notes.txt"), "mine");
    CommandRun.of("convert", "--data", world.dump(), "--out", copy, "--overwrite")
        .refused("notes.txt is not part of an activation dump");
    Path sae = directory.resolve("sae");
    String[] again = {"convert", "--sae", world.run().toString(), "--to", "saelens", "--out"};
    CommandRun.of(with(again, sae)).succeeded();
    Files.writeString(sae.resolve("notes.txt"), "mine");
    CommandRun.of(with(again, sae, "--overwrite")).refused("notes.txt is not part of an SAE");
    Files.delete(sae.resolve("notes.txt"));
    CommandRun.of(with(again, sae, "--overwrite")).succeeded();
    for (Path kept : List.of(page, config, csv, notes)) {
      assertTrue(Files.readString(kept).contains("mine"));
    }
    assertEquals(List.of(csv), list(table));
  }

  private static Object[] with(String[] words, Object... more) {
    List<Object> all = new ArrayList<>(List.of((Object[]) words));
    all.addAll(List.of(more));
    return all.toArray();
  }

  @Test
  void aDirectoryIsOfOneProcess() throws IOException {
    Path fresh = directory.resolve("fresh");
    try (DirectoryLock run = DirectoryLock.acquire(world.run());
        DirectoryLock other = DirectoryLock.acquire(fresh)) {
      world.train(world.run(), "--resume").refused("is in use by process");
      world.train(world.run(), "--overwrite").refused("is in use by process");
      world.train(fresh).refused("is in use by process");
      CommandRun.of("report", "--sae", world.run(), "--data", world.dump(), "--out", fresh)
          .refused("is in use by process");
      CommandRun.of("convert", "--data", world.dump(), "--out", fresh)
          .refused("is in use by process");
      CommandRun.of("convert", "--sae", world.run(), "--to", "saelens", "--out", fresh)
          .refused("is in use by process");
      CommandRun.of("convert", "--sae", world.run(), "--to", "openai", "--out", fresh)
          .refused("is in use by process");
    }
    assertFalse(Files.exists(fresh));
  }

  @Test
  void filesAreTheSameInEveryLocale() throws IOException {
    Locale before = Locale.getDefault();
    Map<String, String> expected = null;
    try {
      for (String locale :
          List.of("und", "fa-IR-u-nu-arabext", "ar-EG-u-nu-arab", "tr-TR", "th-TH-u-nu-thai")) {
        Locale.setDefault(Locale.forLanguageTag(locale));
        Path out = directory.resolve("in-" + locale);
        world.train(out, "--checkpoint-every", "5").succeeded();
        world.train(out, "--resume").succeeded();
        Map<String, String> found = files(out);
        expected = expected == null ? found : expected;
        assertEquals(expected, found, locale);
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  /** What a run leaves, by names; of files that hold times only that they are there. */
  private static Map<String, String> files(Path run) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(run)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        boolean timeless = file.toString().endsWith(".safetensors") || file.endsWith("config.json");
        byte[] bytes = timeless ? Files.readAllBytes(file) : new byte[0];
        files.put(run.relativize(file).toString(), new String(bytes, StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }

  private static List<Path> list(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.toList();
    }
  }
}
