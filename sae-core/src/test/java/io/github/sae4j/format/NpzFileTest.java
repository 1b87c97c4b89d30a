package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpzFileTest {
  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "deflated.npz"})
  void readsWhatNumpyWrote(String name) throws IOException {
    try (NpzFile file = NpzFile.open(Golden.file(name))) {
      assertArrayEquals(Golden.ramp(20), file.readAllFloats("a"));
      float[] part = new float[6];
      file.readFloats(file.tensor("a"), 7, 6, part, 0);
      assertArrayEquals(Arrays.copyOfRange(Golden.ramp(20), 7, 13), part);
    }
  }

  @Test
  void arraysOfEveryKind() throws IOException {
    try (NpzFile file = NpzFile.open(Golden.file("stored.npz"))) {
      assertEquals(List.of("a", "k", "b"), List.copyOf(file.tensors().keySet()));
      assertArrayEquals(new int[] {7}, file.readAllInts("k"));
      assertEquals(List.of(), file.tensor("k").shape());
      assertArrayEquals(new double[] {-3, -2.5, -2, -1.5}, file.readAllDoubles("b"));
    }
    try (NpzFile file = NpzFile.open(Golden.file("deflated.npz"))) {
      assertEquals(DType.F16, file.tensor("fortran").dtype());
      assertArrayEquals(Golden.ramp(24), file.readAllFloats("fortran"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "traversal.npz, points outside the archive",
    "bomb.npz, unpacks to more than 200 times the size of the file",
    "tensor.pt, no .npy array",
    "matrix-f4.npy, not a valid zip file"
  })
  void refusesUntrustworthyArchives(String name, String expected) throws IOException {
    long before = temporaries();
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> NpzFile.open(Golden.file(name)));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertTrue(e.getMessage().contains(name), e.getMessage());
    assertEquals(before, temporaries());
  }

  /** No unpacked file is left behind, whether open or closed. */
  @Test
  void leavesNoTemporaryFile() throws IOException {
    long before = temporaries();
    try (NpzFile file = NpzFile.open(Golden.file("deflated.npz"))) {
      assertEquals(before, temporaries());
      assertEquals(Golden.file("deflated.npz"), file.path());
    }
    assertThrows(NoSuchFileException.class, () -> NpzFile.open(dir.resolve("none.npz")));
  }

  private static long temporaries() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.toString().endsWith(".unpacked")).count();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "deflated.npz"})
  void everyTruncationIsMalformed(String name) throws IOException {
    byte[] whole = Files.readAllBytes(Golden.file(name));
    Path path = dir.resolve("cut.npz");
    for (int length = 0; length < whole.length; length += 3) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThrows(MalformedFileException.class, () -> NpzFile.open(path).close());
    }
  }

  /** The checksum of unpacked entries is compared. */
  @Test
  void aDamagedEntryIsMalformed() throws IOException {
    byte[] whole = Files.readAllBytes(Golden.file("deflated.npz"));
    for (int at = 60; at < 200; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      Path path = Files.write(dir.resolve("damaged.npz"), damaged);
      try (NpzFile file = NpzFile.open(path)) {
        assertArrayEquals(Golden.ramp(20), file.readAllFloats("a"), "byte " + at);
      } catch (MalformedFileException e) {
        assertTrue(e.getMessage().contains("damaged.npz"), e.getMessage());
      }
    }
  }
}
