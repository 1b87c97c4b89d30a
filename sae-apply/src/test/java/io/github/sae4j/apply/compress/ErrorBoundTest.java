package io.github.sae4j.apply.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.MemorySource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorBoundTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"0.5", "0.01", "1e-6", "1e-20", "20%", "1%", "0.00001%"})
  void noValueIsWrongByMore(String text) throws IOException {
    ErrorBound bound = ErrorBound.parse(text);
    float[] x = Saez.rows().toArray();
    for (int j = 0; j < Saez.N_IN; j++) {
      x[3 * Saez.N_IN + j] = 0; // a relative bound allows it no error
      x[4 * Saez.N_IN + j] *= 1e30f;
      x[5 * Saez.N_IN + j] *= 1e-30f;
    }
    for (SparseAutoencoder sae : List.of(Saez.sae(), Saez.normalising())) {
      Path file = directory.resolve("bounded.saez");
      MemorySource rows = MemorySource.of(x, Saez.N_IN);
      CompressionReport report =
          Saez.write(
              sae,
              Saez.SETTINGS.with(new Quantisation(4, Quantisation.Scale.ROW)).with(bound),
              rows,
              file);
      float[] read = read(file, sae);
      double largest = 0;
      for (int row = 0; row < Saez.ROWS; row++) {
        double most = bound.of(x, row * Saez.N_IN, Saez.N_IN);
        for (int i = row * Saez.N_IN; i < (row + 1) * Saez.N_IN; i++) {
          double error = Math.abs((double) x[i] - read[i]);
          largest = Math.max(largest, error);
          assertTrue(error <= most, "row %d: %s as %s".formatted(row, x[i], read[i]));
        }
      }
      assertEquals(largest, report.largestError());
    }
  }

  /** A bound below what float32 can tell apart gives the rows themselves. */
  @Test
  void isExactWhereItMustBe() throws IOException {
    Path file = directory.resolve("exact.saez");
    Saez.write(Saez.sae(), Saez.SETTINGS.with(new ErrorBound(1e-30, false)), Saez.rows(), file);
    assertArrayEquals(Saez.rows().toArray(), read(file, Saez.sae()));
  }

  @Test
  void parsesNumbersAndPercentages() {
    assertEquals(new ErrorBound(0.25, false), ErrorBound.parse("0.25"));
    assertEquals(new ErrorBound(0.05, true), ErrorBound.parse("5%"));
    for (String wrong : List.of("", "%", "0", "-1", "NaN", "x", "Infinity", "1e39")) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> ErrorBound.parse(wrong)).getMessage();
      assertTrue(message.startsWith("an error bound must be "), message);
    }
  }

  private static float[] read(Path file, SparseAutoencoder sae) throws IOException {
    try (ActivationSource rows = SaezFile.open(file).rows(sae)) {
      float[] read = new float[(int) rows.rows() * rows.width()];
      rows.read(0, (int) rows.rows(), read, 0);
      return read;
    }
  }
}
