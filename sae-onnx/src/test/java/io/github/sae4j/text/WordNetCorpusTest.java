package io.github.sae4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordNetCorpusTest {
  @TempDir Path directory;

  @Test
  void glossesComeWithTheirConcepts() throws IOException {
    Path jar = ToyWordNet.write(directory.resolve("wn.jar"));
    Path jsonl = directory.resolve("deeper/wn.jsonl");

    assertEquals(7, WordNetCorpus.export(jar, jsonl, 1));

    Map<String, TextRecord> records = read(jsonl);
    assertEquals(7, records.size());
    TextRecord argos = records.get("Argos.n.00000300");
    assertEquals("the dog of Odysseus", argos.text());
    assertEquals(
        List.of(
            "noun.person",
            "Argos (noun.person)",
            "guide dog (noun.animal)",
            "animal (noun.animal)",
            "entity (noun.Tops)"),
        argos.concepts());
    TextRecord animal = records.get("animal.n.00000100");
    assertEquals("a living \"moving\" thing", animal.text());
    assertTrue(records.containsKey("guide_dog.n.00000200"));
    assertEquals(
        List.of("verb.motion", "run (verb.motion)"), records.get("run.v.00000000").concepts());
    assertEquals("fast", records.get("quick.a.00000000").text());
    assertEquals("with speed", records.get("quickly.r.00000000").text());
  }

  @Test
  void sameSeedWritesSameBytes() throws IOException {
    Path jar = ToyWordNet.write(directory.resolve("wn.jar"));
    Path first = directory.resolve("a.jsonl");
    Path second = directory.resolve("b.jsonl");
    WordNetCorpus.export(jar, first, 5);
    WordNetCorpus.export(jar, second, 5);
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
  }

  @Test
  void theSeedSetsTheOrder() {
    List<Synset> synsets =
        IntStream.range(0, 50).mapToObj(i -> synset("n." + i, "word" + i, 0)).toList();
    List<TextRecord> one = WordNetCorpus.records(synsets, 1);
    assertEquals(one, WordNetCorpus.records(synsets, 1));
    assertNotEquals(one, WordNetCorpus.records(synsets, 2));
  }

  @Test
  void hypernymCyclesEnd() {
    Synset a = new Synset("v.1", List.of("inhibit"), "verb.social", 0, "x", List.of("v.2"));
    Synset b = new Synset("v.2", List.of("restrain"), "verb.social", 0, "y", List.of("v.1"));
    for (TextRecord record : WordNetCorpus.records(List.of(a, b), 1)) {
      assertEquals(3, record.concepts().size());
      assertEquals("verb.social", record.concepts().get(0));
      assertTrue(record.concepts().contains("inhibit (verb.social)"));
      assertTrue(record.concepts().contains("restrain (verb.social)"));
    }
  }

  @Test
  void sharedNamesAreDisambiguated() {
    List<Synset> synsets =
        List.of(
            synset("n.1", "capital", 2),
            new Synset(
                "n.2", List.of("capital", "working capital"), "noun.test", 1, "g", List.of()),
            synset("n.3", "capital", 0));
    assertEquals(
        Map.of(
            "n.3", "capital (noun.test)",
            "n.2", "capital, working capital (noun.test)",
            "n.1", "capital 2 (noun.test)"),
        ConceptNames.of(synsets));
  }

  @Test
  void refusesFilesWithoutWordNet() throws IOException {
    Path text = Files.writeString(directory.resolve("no.jar"), "not a jar");
    Path out = directory.resolve("out.jsonl");
    MalformedFileException noJar =
        assertThrows(MalformedFileException.class, () -> WordNetCorpus.export(text, out, 1));
    assertTrue(noJar.getMessage().contains("not a jar file"), noJar.getMessage());

    Path otherJar = directory.resolve("other.jar");
    try (var zip = new ZipOutputStream(Files.newOutputStream(otherJar))) {
      zip.putNextEntry(new ZipEntry("a.txt"));
      zip.closeEntry();
    }
    MalformedFileException noDatabase =
        assertThrows(MalformedFileException.class, () -> WordNetCorpus.export(otherJar, out, 1));
    assertTrue(noDatabase.getMessage().contains("no WordNet database"), noDatabase.getMessage());

    Path missing = directory.resolve("missing.jar");
    assertThrows(NoSuchFileException.class, () -> WordNetCorpus.export(missing, out, 1));
    assertFalse(Files.exists(out));
  }

  private static Synset synset(String key, String lemma, int lexId) {
    return new Synset(key, List.of(lemma), "noun.test", lexId, "gloss of " + key, List.of());
  }

  private static Map<String, TextRecord> read(Path jsonl) throws IOException {
    List<TextRecord> records = new ArrayList<>();
    try (TextSource source = TextSource.open(jsonl, TextFields.DEFAULTS)) {
      assertEquals(7, source.total());
      for (Optional<TextRecord> r = source.next(); r.isPresent(); r = source.next()) {
        records.add(r.get());
      }
    }
    Map<String, TextRecord> byId = new HashMap<>();
    records.forEach(record -> byId.put(record.id(), record));
    return byId;
  }
}
