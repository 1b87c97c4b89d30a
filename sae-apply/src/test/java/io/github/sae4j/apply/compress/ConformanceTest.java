package io.github.sae4j.apply.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.DocExample;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.variant.TopK;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Files are what docs/formats.md says, in both directions. */
class ConformanceTest {
  private static final int N_IN = 6;
  private static final int N_LATENTS = 200;
  private static final int ROWS = 9;

  @TempDir private Path directory;

  static byte[] resource(String name) throws IOException {
    try (InputStream in = ConformanceTest.class.getResourceAsStream("/compress/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static float[] floats(String name) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(resource(name)).order(ByteOrder.LITTLE_ENDIAN);
    float[] floats = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }

  /** Files written by make_golden.py, which shares no code with the library. */
  @ParameterizedTest
  @ValueSource(strings = {"latent", "row", "block"})
  void readsWhatAScriptWrote(String name) throws IOException {
    float[] numbers = floats(name + ".f32");
    int weights = N_IN + N_LATENTS * N_IN;
    assertEquals(weights + ROWS * N_IN, numbers.length);
    INDArray wDec =
        Nd4j.createFromArray(Arrays.copyOfRange(numbers, N_IN, weights))
            .reshape('c', N_LATENTS, N_IN);
    SparseAutoencoder sae =
        new SparseAutoencoder(
            new SaeParameters(
                wDec.dup('c').transpose(),
                Nd4j.zeros(N_LATENTS),
                wDec,
                Nd4j.createFromArray(Arrays.copyOf(numbers, N_IN))),
            new TopK(3, 0, 0),
            name.equals("row") ? RowNorm.LAYER_NORM : RowNorm.NONE);
    Path file = directory.resolve(name + ".saez");
    Files.write(file, resource(name + ".saez"));
    try (SaezFile opened = SaezFile.open(file);
        ActivationSource rows = opened.rows(sae)) {
      assertEquals("einé Schicht", opened.header().tensor());
      float[] read = new float[ROWS * N_IN];
      rows.read(0, ROWS, read, 0);
      assertArrayEquals(Arrays.copyOfRange(numbers, weights, numbers.length), read);
    }
  }

  @ParameterizedTest
  @EnumSource
  void isReadByTheDocument(Quantisation.Scale scale) throws IOException {
    for (SparseAutoencoder sae : List.of(Saez.sae(), Saez.normalising())) {
      for (CompressionSettings settings :
          List.of(
              Saez.SETTINGS.with(new Quantisation(4, scale)),
              Saez.SETTINGS.with(new Quantisation(8, scale)).with(ErrorBound.parse("5%")))) {
        Path file = directory.resolve("rows.saez");
        Saez.write(sae, settings, Saez.rows(), file);
        float[] expected = new float[Saez.ROWS * Saez.N_IN];
        try (ActivationSource rows = SaezFile.open(file).rows(sae)) {
          rows.read(0, Saez.ROWS, expected, 0);
        }
        SpecReader reader =
            new SpecReader(
                Files.readAllBytes(file),
                sae.parameters().bDec().toFloatVector(),
                sae.parameters().wDec().toFloatMatrix());
        assertArrayEquals(expected, reader.rows());
      }
    }
  }

  @Test
  void theExampleIsAHeader() throws IOException {
    String sha256 = "0123456789abcdef".repeat(4);
    String example = DocExample.named("saez").replace("f0d1…", sha256);
    SaezHeader header = SaezHeader.parse(example.getBytes(StandardCharsets.UTF_8));
    assertEquals(new ErrorBound(0.05, true), header.errorBound().orElseThrow());
    assertEquals(header, SaezHeader.parse(header.toJson()));
  }
}
