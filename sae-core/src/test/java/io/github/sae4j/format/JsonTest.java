package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @TempDir Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("a.json"), text);
  }

  @Test
  void nonFiniteNumbersAsWrittenByPythonAreNumbers() throws IOException {
    JsonNode root = Json.read(file("{\"a\": NaN, \"b\": Infinity, \"c\": [-Infinity, 1]}"));
    assertTrue(root.path("a").isNumber());
    assertEquals(Double.NaN, root.path("a").doubleValue());
    assertEquals(Double.POSITIVE_INFINITY, root.path("b").doubleValue());
    assertEquals(Double.NEGATIVE_INFINITY, root.path("c").path(0).doubleValue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\": 1, \"a\": 2}", "{} {}", "{\"a\": nan}", "", "{'a': 1}"})
  void anythingElseMustBeJson(String text) throws IOException {
    Path file = file(text);
    assertTrue(refusal(file, 100).contains("a.json"));
  }

  @Test
  void valuesOtherThanObjectsAreRefused() throws IOException {
    Path file = file("[1]");
    assertTrue(refusal(file, 100).contains("JSON object"));
    assertTrue(refusal(file, 2).contains("3 bytes are too many"));
  }

  private static String refusal(Path file, int most) {
    return assertThrows(MalformedFileException.class, () -> Json.readObject(file, most))
        .getMessage();
  }
}
