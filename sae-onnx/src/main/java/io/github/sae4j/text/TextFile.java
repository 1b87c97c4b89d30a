package io.github.sae4j.text;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of texts.
 *
 * @param path where it is
 * @param name for messages, which also names the text if the file is one text
 * @param kind how its texts are laid out
 */
record TextFile(Path path, String name, TextKind kind) {

  TextReader open(JsonTexts json, TextFaults faults) throws IOException {
    return switch (kind) {
      case PLAIN_LINES -> new PlainLines(path, faults);
      case WHOLE -> new WholeText(path, name, faults);
      case JSON_LINES -> new JsonLines(path, json, faults);
      case JSON_ARRAY -> new JsonArray(path, json, faults);
      case JSON_OBJECT -> new JsonObject(path, json, faults);
    };
  }
}
