package io.github.sae4j.examples.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** There is one image of digit d, with every pixel d/10, but two of digit 9. */
class DigitsTest {
  @TempDir Path directory;

  @BeforeEach
  void write() throws IOException {
    for (int label = 0; label < 10; label++) {
      String pixel = "0." + label;
      write(label, Collections.nCopies((label == 9 ? 2 : 1) * 784, pixel));
    }
  }

  private void write(int label, Iterable<String> pixels) throws IOException {
    Files.writeString(
        directory.resolve(label + ".json"), "{\"data\": [" + String.join(",", pixels) + "]}");
  }

  @Test
  void pixelsAndLabelsBelongTogether() throws IOException {
    Digits some = Digits.read(directory).shuffled(label -> label >= 5, 3);

    assertEquals(6, some.count());
    for (int i = 0; i < 6; i++) {
      assertTrue(some.labels().get(i) >= 5);
      assertEquals(some.labels().get(i) / 10f, some.pixels().values()[784 * i + 783]);
    }
    assertEquals(some.labels().get(4), some.slice(4, 6).labels().get(0));
    assertEquals(2, some.slice(4, 6).count());
  }

  @Test
  void malformedFileIsNamed() throws IOException {
    Files.writeString(directory.resolve("3.json"), "{\"data\": [0, 0,");
    assertRefused("3.json", "expected JSON: not JSON at line 1");
  }

  @Test
  void incompleteDigitThrows() throws IOException {
    write(4, Collections.nCopies(1000, "0"));
    assertRefused("4.json", "784 pixels each, found 1000 values");
  }

  @Test
  void missingDataThrows() throws IOException {
    Files.writeString(directory.resolve("0.json"), "{\"pixels\": []}");
    assertRefused("0.json", "found no list");
  }

  @Test
  void pixelAboveOneThrows() throws IOException {
    write(7, Collections.nCopies(784, "1.5"));
    assertRefused("7.json", "expected a pixel value from 0 to 1 at index 0 of \"data\", found 1.5");
  }

  private void assertRefused(String file, String reason) {
    var refused = assertThrows(MalformedFileException.class, () -> Digits.read(directory));
    assertTrue(refused.getMessage().contains(file), refused.getMessage());
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }
}
