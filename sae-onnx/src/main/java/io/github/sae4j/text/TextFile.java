package io.github.sae4j.text;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of texts.
 *
 * @param path where it is
 * @param name for messages, and of the text if it is one
 * @param kind how texts lie in it
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
