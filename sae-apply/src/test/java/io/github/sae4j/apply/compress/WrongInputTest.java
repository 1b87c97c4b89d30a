package io.github.sae4j.apply.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SaeCases;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.MemorySource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class WrongInputTest {
  @TempDir private Path directory;

  private static void refused(Executable body, String... words) {
    String message = assertThrows(IllegalArgumentException.class, body).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  private Path written() throws IOException {
    Path file = directory.resolve("rows.saez");
    Saez.write(Saez.sae(), Saez.SETTINGS, Saez.rows(), file);
    return file;
  }

  @Test
  void anotherSae() throws IOException {
    try (SaezFile file = SaezFile.open(written())) {
      SparseAutoencoder changed = Saez.sae();
      changed.parameters().wDec().putScalar(0, 0, 1e-3);
      refused(() -> file.rows(changed), "rows.saez was compressed with another SAE", "SHA-256");
      refused(() -> file.rows(Saez.normalising()), "another SAE"); // with the same weights
      refused(() -> file.rows(SaeCases.topK(8, 64, 5)), "an SAE of 12 -> 200", "is of 8 -> 64");
    }
  }

  /** Only the decoder decides what is read: the same one with another encoder will do. */
  @Test
  void theSameDecoderWithAnotherEncoder() throws IOException {
    try (SaezFile file = SaezFile.open(written())) {
      SparseAutoencoder changed = Saez.sae();
      changed.parameters().bEnc().addi(1);
      assertEquals(Saez.ROWS, file.rows(changed).rows());
    }
  }

  @Test
  void rowsOfAnotherWidthNoneAndNotFinite() throws IOException {
    Path file = directory.resolve("none.saez");
    MemorySource narrow = MemorySource.of(new float[30], 3);
    refused(
        () -> Saez.write(Saez.sae(), Saez.SETTINGS, narrow, file),
        "the SAE encodes rows of 12 values",
        "have 3");
    float[] x = Saez.rows().toArray();
    x[25 * Saez.N_IN + 4] = Float.NaN;
    String message =
        assertThrows(
                IOException.class,
                () -> Saez.write(Saez.sae(), Saez.SETTINGS, MemorySource.of(x, Saez.N_IN), file))
            .getMessage();
    assertTrue(message.contains("row 25") && message.contains("column 4"), message);
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(0, left.count()); // nothing half-written
    }
  }

  @Test
  void aTranscoder() {
    SparseAutoencoder skip = SaeCases.all(Saez.N_IN, Saez.N_LATENTS).get("skip");
    refused(() -> new Compressor(skip, Saez.SETTINGS), "a transcoder cannot compress its input");
  }

  @Test
  void filesThatAreNot() throws IOException {
    Path other = directory.resolve("other.saez");
    assertThrows(NoSuchFileException.class, () -> SaezFile.open(other));
    for (String text :
        new String[] {"", "S", "no such file, but a long enough text for a header"}) {
      Files.write(other, text.getBytes(StandardCharsets.UTF_8));
      String message =
          assertThrows(MalformedFileException.class, () -> SaezFile.open(other)).getMessage();
      assertEquals(other + ": not a .saez file: it does not start as one", message);
      assertEquals(
          message,
          assertThrows(MalformedFileException.class, () -> SaezFile.openWholeBlocks(other))
              .getMessage());
    }
    byte[] newer = Files.readAllBytes(written());
    newer[8] = 2;
    Files.write(other, newer);
    String message =
        assertThrows(MalformedFileException.class, () -> SaezFile.open(other)).getMessage();
    assertTrue(message.contains("version 2 of the format, expected 1"), message);
  }

  @Test
  void settingsOutOfRange() {
    refused(() -> new Quantisation(1, Quantisation.Scale.ROW), "bits must be 2 to 8, got 1");
    refused(() -> new Quantisation(9, Quantisation.Scale.ROW), "got 9");
    refused(() -> Saez.SETTINGS.withBlockRows(0), "rows per block must be 1 to 65,536, got 0");
  }
}
