package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path directory;

  /** The first example of FIPS 180-2. */
  @Test
  void abcHasThePublishedChecksum() throws IOException {
    Path file = Files.writeString(directory.resolve("abc"), "abc", StandardCharsets.US_ASCII);
    assertEquals(ABC, Sha256.of(file));
    Sha256 sha = new Sha256();
    assertEquals(ABC, sha.add("a").add("bc").hex());
    assertEquals(ABC, sha.add("abc").hex(), "it starts anew");
  }

  @Test
  void numbersAreLittleEndian() throws IOException {
    byte[] bytes = {1, 0, 0, 0, 0, 2, 0, 0, 0, 0, (byte) 0x80, (byte) 0xbf};
    Path file = Files.write(directory.resolve("numbers"), bytes);
    assertEquals(Sha256.of(file), new Sha256().add(1, 512).add(-1f).hex());
  }
}
