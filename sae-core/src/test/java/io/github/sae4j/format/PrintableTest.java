package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PrintableTest {

  @Test
  void onlyControlCharactersAreEscaped() {
    assertEquals(
        "a\\n\\r\\tb\\u001b[31m\\u0000\\u009b\\u202e\\u2028\\ufeff",
        Printable.escaped("a\n\r\tb\u001b[31m\u0000\u009b\u202e\u2028\ufeff"));
    String plain = "é \\n 日本語 👩‍👩‍👧 “quoted” C:\\new";
    assertEquals(plain, Printable.escaped(plain));
  }

  @Test
  void loneSurrogatesAreEscaped() {
    assertEquals("x\\udc00 \\ud83d", Printable.escaped("x\udc00 \ud83d"));
  }

  @Test
  void escapingIsIdempotent() {
    String once = Printable.escaped("\u001b\\u001b\n");
    assertEquals(once, Printable.escaped(once));
  }

  @Test
  void messagesAboutFilesAreEscaped() {
    assertEquals(
        "a\\nb\\u001b[2J (at byte 3): tensor '\\t'",
        new MalformedFileException(Path.of("a\nb\u001b[2J"), 3, "tensor '\t'").getMessage());
  }
}
