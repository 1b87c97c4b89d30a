package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No module's code asks which class a variant is, outside {@code variant} and {@code engine}. */
class VariantsElsewhereTest {

  private static Stream<Class<?>> permitted(Class<?> kind) {
    return kind.isSealed()
        ? Stream.concat(
            Stream.of(kind),
            Stream.of(kind.getPermittedSubclasses()).flatMap(VariantsElsewhereTest::permitted))
        : Stream.of(kind);
  }

  @Test
  void neitherAskNorCast() throws IOException {
    String names =
        permitted(Variant.class)
            .filter(kind -> kind != Variant.class)
            .map(Class::getSimpleName)
            .collect(Collectors.joining("|"));
    Pattern asks =
        Pattern.compile(
            "\\binstanceof\\s+(%1$s)\\b|\\((%1$s)\\)\\s*[\\w(]|\\b(%1$s)\\.class\\b"
                .formatted(names));
    List<String> found = new ArrayList<>();
    List<Path> sources;
    try (Stream<Path> files = Files.walk(Path.of(".."), 20)) {
      sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> file.toString().contains("src/main/java"))
              .filter(file -> !file.getParent().endsWith("sae4j/variant"))
              .filter(file -> !file.getParent().endsWith("sae4j/engine"))
              .toList();
    }
    assertTrue(sources.size() > 300, "sources: " + sources.size());
    for (Path source : sources) {
      asks.matcher(Files.readString(source))
          .results()
          .forEach(match -> found.add(source + ": " + match.group()));
    }
    assertEquals(List.of(), found);
  }
}
