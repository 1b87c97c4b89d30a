package io.github.sae4j.apply.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage is detected and its block named; intact blocks can still be read. */
class DamagedFileTest {
  @TempDir private Path directory;
  private Path file;
  private byte[] bytes;
  private float[] rows;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("rows.saez");
    Saez.write(Saez.sae(), Saez.SETTINGS, Saez.rows(), file);
    bytes = Files.readAllBytes(file);
    rows = read(false);
  }

  private float[] read(boolean wholeBlocks) throws IOException {
    SaezFile opened = wholeBlocks ? SaezFile.openWholeBlocks(file) : SaezFile.open(file);
    try (ActivationSource source = opened.rows(Saez.sae())) {
      float[] read = new float[(int) source.rows() * source.width()];
      source.read(0, (int) source.rows(), read, 0);
      return read;
    }
  }

  private void readCodes() throws IOException {
    try (SaezFile opened = SaezFile.open(file)) {
      opened.codes(0, (int) opened.rows());
    }
  }

  @Test
  void everyFlippedBitIsFound() throws IOException {
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= (byte) (1 << i % 8);
      Files.write(file, changed);
      MalformedFileException found =
          assertThrows(MalformedFileException.class, this::readCodes, "byte " + i);
      assertTrue(found.getMessage().startsWith(file.toString()), found.getMessage());
    }
  }

  @Test
  void namesTheBlockThatChanged() throws IOException {
    BlockIndex index = index();
    assertEquals(5, index.blocks());
    byte[] changed = bytes.clone();
    changed[(int) index.offset(2) + 50] ^= 4;
    Files.write(file, changed);
    String message = assertThrows(MalformedFileException.class, this::readCodes).getMessage();
    assertTrue(
        message.contains("block 2 of 5 (rows 32 to 47) is damaged: its checksum is"), message);
    try (SaezFile opened = SaezFile.open(file)) {
      opened.codes(0, 32); // the others can be read
      opened.codes(48, 22);
    }
  }

  private BlockIndex index() throws IOException {
    try (RandomBytes opened = RandomBytes.open(file)) {
      Opening opening = Opening.read(opened);
      return BlockIndex.read(opened, opening.end(), Saez.N_IN);
    }
  }

  @Test
  void aTruncatedFileIsReadUpToItsLastWholeBlock() throws IOException {
    BlockIndex index = index();
    for (int length = (int) index.offset(0); length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      int blocks = 0;
      while (blocks < index.blocks() && index.offset(blocks + 1) <= length) {
        blocks++;
      }
      int whole = (int) index.firstRow(blocks);
      String message = assertThrows(MalformedFileException.class, this::readCodes).getMessage();
      String told = "the %d rows of its %d whole block".formatted(whole, blocks);
      assertTrue(message.contains("truncated") && message.contains(told), message);
      assertArrayEquals(Arrays.copyOf(rows, whole * Saez.N_IN), read(true));
    }
  }

  @Test
  void aTruncatedHeaderIsNamed() throws IOException {
    int begin = (int) index().offset(0);
    for (int length = 0; length < begin; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      String message = assertThrows(MalformedFileException.class, () -> read(true)).getMessage();
      assertTrue(
          message.contains(length < 8 ? "not a .saez file" : "header"), length + ": " + message);
    }
  }

  @Test
  void aFileWithoutItsIndexIsReadByItsBlocks() throws IOException {
    byte[] changed = bytes.clone();
    changed[bytes.length - 40] ^= 1;
    Files.write(file, changed);
    String message = assertThrows(MalformedFileException.class, this::readCodes).getMessage();
    assertTrue(message.contains("the index is damaged"), message);
    assertArrayEquals(rows, read(true));
  }
}
