package io.github.sae4j.variant;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Variants as plain maps, for settings and files: {@code {"type": "topk", "k": 32, "kAux": 192,
 * "auxCoefficient": 0.03125}}. The type is {@link Variant#name}, the other fields are those of the
 * variant's record; all are required.
 */
public final class VariantDescription {
  private static final String TYPE = "type";
  private static final String K = "k";
  private static final String K_AUX = "kAux";
  private static final String AUX_COEFFICIENT = "auxCoefficient";
  private static final String LAMBDA = "lambda";
  private static final String WEIGHTING = "weighting";
  private static final String RHO = "rho";
  private static final String BETA = "beta";

  private VariantDescription() {}

  /** The variant's type and settings, in a fixed order. */
  public static Map<String, Object> toMap(Variant variant) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(TYPE, variant.name());
    if (variant instanceof TopK topK) {
      map.put(K, topK.k());
      map.put(K_AUX, topK.kAux());
      map.put(AUX_COEFFICIENT, topK.auxCoefficient());
    } else if (variant instanceof ReluL1 relu) {
      map.put(LAMBDA, relu.lambda());
      map.put(WEIGHTING, relu.weighting().name().toLowerCase(Locale.ROOT));
    } else if (variant instanceof SigmoidKl sigmoid) {
      map.put(RHO, sigmoid.rho());
      map.put(BETA, sigmoid.beta());
    }
    return map;
  }

  /**
   * The variant that {@link #toMap} described.
   *
   * @throws IllegalArgumentException if the type is unknown, or a field unknown, missing, of the
   *     wrong type or out of range; the message names it
   */
  public static Variant fromMap(Map<String, ?> map) {
    String type = string(map, TYPE);
    return switch (type) {
      case "topk" -> {
        requireOnly(map, K, K_AUX, AUX_COEFFICIENT);
        yield new TopK(integer(map, K), integer(map, K_AUX), number(map, AUX_COEFFICIENT));
      }
      case "relu-l1" -> {
        requireOnly(map, LAMBDA, WEIGHTING);
        yield new ReluL1(number(map, LAMBDA), weighting(string(map, WEIGHTING)));
      }
      case "sigmoid-kl" -> {
        requireOnly(map, RHO, BETA);
        yield new SigmoidKl(number(map, RHO), number(map, BETA));
      }
      default ->
          throw new IllegalArgumentException(
              "unknown variant '" + type + "': expected topk, relu-l1 or sigmoid-kl");
    };
  }

  private static ReluL1.Weighting weighting(String name) {
    for (ReluL1.Weighting weighting : ReluL1.Weighting.values()) {
      if (weighting.name().toLowerCase(Locale.ROOT).equals(name)) {
        return weighting;
      }
    }
    throw new IllegalArgumentException(
        "variant field 'weighting' must be plain or decoder_norm, got '" + name + "'");
  }

  private static void requireOnly(Map<String, ?> map, String... fields) {
    Set<String> unknown = new LinkedHashSet<>(map.keySet());
    unknown.remove(TYPE);
    unknown.removeAll(List.of(fields));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "a "
              + map.get(TYPE)
              + " variant has no field '"
              + unknown.iterator().next()
              + "': its fields are "
              + String.join(", ", fields));
    }
  }

  private static String string(Map<String, ?> map, String field) {
    if (required(map, field) instanceof String string) {
      return string;
    }
    throw mistyped(map, field, "a string");
  }

  private static int integer(Map<String, ?> map, String field) {
    Object value = required(map, field);
    if (value instanceof Integer || value instanceof Long) {
      long exact = ((Number) value).longValue();
      if (exact == (int) exact) {
        return (int) exact;
      }
    }
    throw mistyped(map, field, "an integer");
  }

  private static double number(Map<String, ?> map, String field) {
    if (required(map, field) instanceof Number number) {
      return number.doubleValue();
    }
    throw mistyped(map, field, "a number");
  }

  private static Object required(Map<String, ?> map, String field) {
    Object value = map.get(field);
    if (value == null) {
      throw new IllegalArgumentException("variant field '" + field + "' is missing");
    }
    return value;
  }

  private static IllegalArgumentException mistyped(
      Map<String, ?> map, String field, String expected) {
    return new IllegalArgumentException(
        "variant field '" + field + "' must be " + expected + ", got " + map.get(field));
  }
}
