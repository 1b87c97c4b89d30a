package io.github.sae4j.variant;

import static io.github.sae4j.variant.ReluL1.Weighting.PLAIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariantDescriptionTest {

  @Test
  void everyVariantComesBackEqual() {
    List<Variant> variants = VariantExamples.all(4, 12).toList();
    assertEquals(
        VariantDescription.names(),
        variants.stream().map(Variant::name).distinct().sorted().toList());
    for (Variant variant : variants) {
      assertEquals(variant, VariantDescription.fromMap(VariantDescription.toMap(variant)));
    }
  }

  @Test
  void fieldsAreThoseOfTheRecord() {
    assertEquals(
        Map.of("type", "topk", "k", 32, "kAux", 192, "auxCoefficient", 0.03125, "multi", false),
        VariantDescription.toMap(new TopK(32, 192, 0.03125)));
    assertEquals(
        Map.of(
            "type",
            "relu-l1",
            "lambda",
            0.05,
            "weighting",
            "decoder-norm",
            "ghost",
            false,
            "sources",
            List.of()),
        VariantDescription.toMap(new ReluL1(0.05, ReluL1.Weighting.DECODER_NORM)));
  }

  @Test
  void integersMayStandForNumbers() {
    assertEquals(
        new ReluLp(2, 1, 1),
        VariantDescription.fromMap(Map.of("type", "relu-lp", "lambda", 2, "p", 1, "pEnd", 1)));
  }

  @Test
  void faultsAreNamed() {
    assertFault("'type' is missing", Map.of("k", 1));
    assertFault("unknown variant 'gate'", Map.of("type", "gate"));
    assertFault("'k' is missing", changed("k", null));
    assertFault("'k' must be an integer, got 3.5", changed("k", 3.5));
    assertFault("'k' must be an integer, got 8589934592", changed("k", 1L << 33));
    assertFault("'auxCoefficient' must be a number, got x", changed("auxCoefficient", "x"));
    assertFault("no field 'beta'", changed("beta", 3));
    assertFault("k must be at least 1, got 0", changed("k", 0));
    assertFault(
        "'weighting' must be plain or decoder-norm, got none",
        Map.of("type", "relu-l1", "lambda", 1, "weighting", "none"));
    assertFault("'inner' must be a variant of another kind", nested(new ReluL1(1, PLAIN)));
    assertFault("must select by topk or batch-topk, got abs-topk", nested(new AbsTopK(2, 0, 0)));
    assertFault(
        "'prefixes' must be an integer, got 1.5",
        Map.of(
            "type",
            "matryoshka",
            "inner",
            VariantDescription.toMap(new TopK(2, 0, 0)),
            "prefixes",
            List.of(1.5),
            "sampled",
            false));
  }

  private static Map<String, Object> nested(Variant inner) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("type", "matryoshka");
    map.put("inner", VariantDescription.toMap(inner));
    map.put("prefixes", List.of(1, 2));
    map.put("sampled", false);
    return map;
  }

  private static Map<String, Object> changed(String field, Object value) {
    Map<String, Object> map = new LinkedHashMap<>(VariantDescription.toMap(new TopK(4, 2, 0.5)));
    if (value == null) {
      map.remove(field);
    } else {
      map.put(field, value);
    }
    return map;
  }

  private static void assertFault(String part, Map<String, ?> map) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> VariantDescription.fromMap(map))
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}
