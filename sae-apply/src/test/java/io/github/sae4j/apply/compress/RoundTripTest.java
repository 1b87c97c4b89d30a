package io.github.sae4j.apply.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SaeCases;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.SparseCode;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.pursuit.Pursuit;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.MemorySource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RoundTripTest {
  @TempDir private Path directory;

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Quantisation.Scale scale : Quantisation.Scale.values()) {
      for (int bits : new int[] {2, 4, 6, 8}) {
        cases.add(Arguments.of(scale, bits));
      }
    }
    return cases;
  }

  /** For every kind of SAE, indices match the encoder's and values are within half a step. */
  @ParameterizedTest
  @MethodSource("cases")
  void keepsIndicesAndRoundsValues(Quantisation.Scale scale, int bits) throws IOException {
    MemorySource rows = Saez.rows();
    for (Map.Entry<String, SparseAutoencoder> each :
        SaeCases.all(Saez.N_IN, Saez.N_LATENTS).entrySet()) {
      if (each.getValue().parameters().form().isTranscoder()) {
        continue;
      }
      SparseAutoencoder sae = each.getValue();
      Path file = directory.resolve(each.getKey() + ".saez");
      Quantisation quantisation = new Quantisation(bits, scale);
      Saez.write(sae, Saez.SETTINGS.with(quantisation), rows, file);
      List<SparseCode> expected = encode(sae, rows);
      try (SaezFile read = SaezFile.open(file)) {
        assertEquals(Saez.ROWS, read.rows());
        SparseCodes codes = read.codes(0, Saez.ROWS);
        Map<Object, Float> largest = largest(scale, expected);
        for (int row = 0; row < Saez.ROWS; row++) {
          SparseCode actual = SparseCode.of(codes, row);
          int[] latents = expected.get(row).latents();
          assertArrayEquals(latents, actual.latents(), each.getKey() + ", row " + row);
          for (int i = 0; i < latents.length; i++) {
            float step = // the scale as stored: a bfloat16
                quantisation.step(Bfloat16.up(largest.get(key(scale, row, latents[i]))));
            float value = expected.get(row).values()[i];
            double error = Math.abs((double) value - actual.values()[i]);
            double rounding = Math.ulp(value) / 2.0;
            assertTrue(error <= step / 2.0 + rounding, value + " as " + actual.values()[i]);
          }
        }
      }
    }
  }

  private static List<SparseCode> encode(SparseAutoencoder sae, MemorySource rows) {
    float[][] x = new float[(int) rows.rows()][rows.width()];
    for (int row = 0; row < x.length; row++) {
      rows.read(row, 1, x[row], 0);
    }
    return sae.encode(x);
  }

  private static Object key(Quantisation.Scale scale, int row, int latent) {
    return switch (scale) {
      case LATENT -> latent;
      case ROW -> row;
      case BLOCK -> row / Saez.SETTINGS.blockRows();
    };
  }

  private static Map<Object, Float> largest(Quantisation.Scale scale, List<SparseCode> codes) {
    Map<Object, Float> largest = new HashMap<>();
    for (int row = 0; row < codes.size(); row++) {
      for (int i = 0; i < codes.get(row).l0(); i++) {
        largest.merge(
            key(scale, row, codes.get(row).latents()[i]),
            Math.abs(codes.get(row).values()[i]),
            Math::max);
      }
    }
    return largest;
  }

  /** The rows that are read are those whose errors the report tells. */
  @Test
  void reportsTheErrorsOfTheRowsThatAreRead() throws IOException {
    for (SparseAutoencoder sae : List.of(Saez.sae(), Saez.normalising())) {
      MemorySource rows = Saez.rows();
      Path file = directory.resolve("rows.saez");
      CompressionReport report = Saez.write(sae, Saez.SETTINGS, rows, file);
      try (ActivationSource read = SaezFile.open(file).rows(sae)) {
        float[] decoded = new float[Saez.ROWS * Saez.N_IN];
        read.read(0, Saez.ROWS, decoded, 0);
        Distortion distortion = new Distortion(Saez.N_IN);
        distortion.add(rows.toArray(), decoded);
        assertEquals(distortion.largest(), report.largestError());
        assertEquals(file.toFile().length(), report.bytes());
        long active = encode(sae, rows).stream().mapToLong(SparseCode::l0).sum();
        assertEquals((double) active / Saez.ROWS, report.l0());
        float[] some = new float[Saez.N_IN * 20 + 3];
        read.read(13, 20, some, 3); // over the ends of blocks
        for (int i = 0; i < 20 * Saez.N_IN; i++) {
          assertEquals(decoded[13 * Saez.N_IN + i], some[3 + i]);
        }
      }
    }
  }

  /** With fine steps, the FVU equals that of the SAE itself. */
  @Test
  void reconstructsAsTheSaeDoes() throws IOException {
    for (SparseAutoencoder sae : List.of(Saez.sae(), Saez.normalising())) {
      MemorySource rows = Saez.rows();
      Path file = directory.resolve("fine.saez");
      CompressionSettings fine =
          Saez.SETTINGS.with(new Quantisation(8, Quantisation.Scale.ROW)).withBlockRows(70);
      double fvu = Saez.write(sae, fine, rows, file).fvu();
      float[] x = rows.toArray();
      float[] own = sae.reconstruct(sae.batch(x, Saez.ROWS)).dup('c').data().asFloat();
      Distortion distortion = new Distortion(Saez.N_IN);
      distortion.add(x, own);
      assertEquals(distortion.fvu(), fvu, 1e-3 * distortion.fvu());
    }
  }

  @Test
  void aPursuitFindsTheCodes() throws IOException {
    MemorySource rows = Saez.rows();
    Path file = directory.resolve("pursuit.saez");
    SparseAutoencoder sae = Saez.sae();
    double own = Saez.write(sae, Saez.SETTINGS, rows, file).fvu();
    CompressionSettings pursuit =
        Saez.SETTINGS.with(new Pursuit(Pursuit.Kind.ORTHOGONAL, 5, false));
    assertTrue(Saez.write(sae, pursuit, rows, file).fvu() < own);
    try (SaezFile read = SaezFile.open(file)) {
      assertEquals("orthogonal pursuit, k = 5", read.header().encoder());
    }
  }
}
