package io.github.sae4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.Bits;
import io.github.sae4j.Provenance;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.SafetensorsFile;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantExamples;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Every variant in every form round-trips through its files bit for bit. */
class StoredVariantsTest {
  @TempDir Path directory;

  static Stream<Arguments> all() {
    return VariantExamples.all(3, 6)
        .flatMap(variant -> Stream.of(Form.values()).map(form -> Arguments.of(variant, form)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void roundTrips(Variant variant, Form form) throws Exception {
    SparseAutoencoder sae = random(variant, form);
    SaeDirectory.write(directory.resolve("sae"), sae, Provenance.UNKNOWN);
    SparseAutoencoder stored = SaeDirectory.read(directory.resolve("sae")).sae();
    assertEquals(variant, stored.variant());
    SaeParameters expected = sae.parameters();
    SaeParameters p = stored.parameters();
    assertEquals(form, p.form());
    Bits.assertSame(expected.wEnc(), p.wEnc());
    Bits.assertSame(expected.bEnc(), p.bEnc());
    Bits.assertSame(expected.wDec(), p.wDec());
    Bits.assertSame(expected.bDec(), p.bDec());
    assertEquals(expected.extras().keySet(), p.extras().keySet());
    expected.extras().forEach((key, array) -> Bits.assertSame(array, p.get(key)));
    INDArray x = Nd4j.randn(DataType.FLOAT, 7, 3);
    Bits.assertSame(NdCodes.matrix(sae.encode(x)), NdCodes.matrix(stored.encode(x)));
    Bits.assertSame(sae.reconstruct(x), stored.reconstruct(x));
    assertTrue(sae.encode(x).nonZeros() > 0, "nothing was encoded");
  }

  /** BatchTopK is stored as JumpReLU for other libraries, as in SAELens. */
  @Test
  void namesAndTensorsMatchSaeLens() throws Exception {
    Set<String> four = Set.of("W_enc", "b_enc", "W_dec", "b_dec");
    assertFiles("jumprelu", new BatchTopK(2, 0, 0), Form.AUTOENCODER, four, "threshold");
    assertFiles("jumprelu", new JumpRelu(.1), Form.TIED, four, "threshold");
    assertFiles(
        "gated",
        new Gated(.1),
        Form.AUTOENCODER,
        Set.of("W_enc", "W_dec", "b_dec"),
        "b_gate",
        "r_mag",
        "b_mag");
    Variant relu = new ReluL1(.1, ReluL1.Weighting.PLAIN);
    assertFiles("standard", relu, Form.AUTOENCODER, four);
    assertFiles("transcoder", relu, Form.TRANSCODER, four);
    assertFiles("skip_transcoder", relu, Form.SKIP_TRANSCODER, four, "W_skip");
    assertFiles("topk_transcoder", new TopK(2, 0, 0), Form.TRANSCODER, four);
  }

  private void assertFiles(
      String architecture, Variant variant, Form form, Set<String> common, String... more)
      throws Exception {
    Path sae = directory.resolve(architecture);
    SaeDirectory.write(sae, random(variant, form), Provenance.UNKNOWN);
    JsonNode config = new ObjectMapper().readTree(sae.resolve("cfg.json").toFile());
    assertEquals(architecture, config.get("architecture").asText());
    assertEquals(!form.isTranscoder(), config.get("apply_b_dec_to_input").asBoolean());
    assertEquals(form.isTranscoder() ? 4 : 0, config.path("d_out").asInt());
    try (SafetensorsFile file = SafetensorsFile.open(sae.resolve("sae_weights.safetensors"))) {
      assertEquals(
          Stream.concat(common.stream(), Stream.of(more)).sorted().toList(),
          file.tensors().keySet().stream().sorted().toList());
      Map<String, List<Long>> shapes =
          Map.of("threshold", List.of(6L), "b_gate", List.of(6L), "W_skip", List.of(4L, 3L));
      for (String name : more) {
        assertEquals(shapes.getOrDefault(name, List.of(6L)), file.tensor(name).shape());
      }
    }
  }

  private static SparseAutoencoder random(Variant variant, Form form) {
    int nOut = form.isTranscoder() ? 4 : 3;
    ParameterLayout layout = new ParameterLayout(3, nOut, 6, form, variant.extras());
    Nd4j.getRandom().setSeed(3);
    INDArray flat = Nd4j.randn(DataType.FLOAT, 1, layout.count());
    SaeParameters p = FlatParameters.of(layout, FlatParameters.cut(layout, flat));
    variant.extras().stream()
        .filter(extra -> extra.key().equals("threshold") || extra.key().equals("rate"))
        .forEach(extra -> p.get(extra.key()).assign(.3));
    return new SparseAutoencoder(p, variant);
  }
}
