package io.github.sae4j.text;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A jar with a WordNet database of four nouns, a verb, an adjective and an adverb. */
final class ToyWordNet {
  private static final String FOLDER = "net/sf/extjwnl/data/wordnet/wn31/";

  /** The length of every line, so that line i starts at offset 100·i. */
  private static final int LINE = 100;

  private ToyWordNet() {}

  static Path write(Path jar) throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    files.put(
        "data.noun",
        synset(0, "03 n 01 entity 0 000 | that which exists")
            + synset(
                1, "05 n 02 animal 0 beast 0 001 @ 00000000 n 0000 | a living \"moving\" thing")
            + synset(2, "05 n 01 guide_dog 0 001 @ 00000100 n 0000 | a dog that leads")
            + synset(3, "18 n 01 Argos 0 001 @i 00000200 n 0000 | the dog of Odysseus"));
    files.put(
        "index.noun",
        index("animal n 1 1 @ 1 0 00000100")
            + index("argos n 1 1 @i 1 0 00000300")
            + index("beast n 1 1 @ 1 0 00000100")
            + index("entity n 1 0 1 0 00000000")
            + index("guide_dog n 1 1 @ 1 0 00000200"));
    files.put("data.verb", synset(0, "38 v 01 run 0 000 01 + 02 00 | move fast"));
    files.put("index.verb", index("run v 1 0 1 0 00000000"));
    files.put("data.adj", synset(0, "00 a 01 quick 0 000 | fast"));
    files.put("index.adj", index("quick a 1 0 1 0 00000000"));
    files.put("data.adv", synset(0, "02 r 01 quickly 0 000 | with speed"));
    files.put("index.adv", index("quickly r 1 0 1 0 00000000"));
    for (String pos : new String[] {"noun", "verb", "adj", "adv"}) {
      files.put(pos + ".exc", "mice mouse\n");
    }
    files.put("index.sense", "");
    files.put("cntlist.rev", "");
    files.put("verb.Framestext", "1 Something ----s\n2 Somebody ----s\n");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(FOLDER + file.getKey()));
        zip.write(file.getValue().getBytes(StandardCharsets.US_ASCII));
        zip.closeEntry();
      }
    }
    return jar;
  }

  private static String synset(int line, String rest) {
    return String.format(
        Locale.ROOT, "%-" + (LINE - 1) + "s\n", String.format("%08d %s", LINE * line, rest));
  }

  private static String index(String line) {
    return line + "  \n";
  }
}
