package io.github.sae4j.variant;

import io.github.sae4j.format.KebabCase;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Converts variants to and from plain maps, for settings and files: {@code {"type": "topk", "k":
 * 32, "kAux": 192, "auxCoefficient": 0.03125, "multi": false}}. The type is {@link Variant#name},
 * the other fields are those of the variant's record; all are required.
 */
public final class VariantDescription {
  private static final String TYPE = "type";

  private static final Map<String, Class<? extends Variant>> TYPES = new TreeMap<>();

  static {
    register(Variant.class);
  }

  private VariantDescription() {}

  /** Registers all classes that {@link Variant} permits, directly or indirectly. */
  private static void register(Class<?> kind) {
    if (kind.isSealed()) {
      Stream.of(kind.getPermittedSubclasses()).forEach(VariantDescription::register);
    } else {
      Class<? extends Variant> variant = kind.asSubclass(Variant.class);
      if (TYPES.put(nameOf(variant), variant) != null) {
        throw new IllegalStateException("two variants are named " + nameOf(variant));
      }
    }
  }

  /** Returns the name of a variant's class. */
  static String nameOf(Class<? extends Variant> variant) {
    VariantName name = variant.getAnnotation(VariantName.class);
    if (name == null) {
      throw new IllegalStateException(variant.getName() + " has no @VariantName");
    }
    return name.value();
  }

  /** Returns the names of all variants, in alphabetical order. */
  public static List<String> names() {
    return List.copyOf(TYPES.keySet());
  }

  /** Returns the variant's type and settings, in a fixed order. */
  public static Map<String, Object> toMap(Variant variant) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(TYPE, variant.name());
    for (RecordComponent component : variant.getClass().getRecordComponents()) {
      map.put(component.getName(), plain(read(component, variant)));
    }
    return map;
  }

  private static Object plain(Object value) {
    if (value instanceof Variant inner) {
      return toMap(inner);
    }
    return value instanceof Enum<?> constant ? KebabCase.of(constant) : value;
  }

  /**
   * Returns the variant described by a map from {@link #toMap}.
   *
   * @throws IllegalArgumentException if the type is unknown, or a field is unknown, missing, of the
   *     wrong type or out of range; the message names the field
   */
  public static Variant fromMap(Map<String, ?> map) {
    Object type = required(map, TYPE);
    Class<? extends Variant> kind = TYPES.get(type);
    if (kind == null) {
      throw new IllegalArgumentException(
          "unknown variant '" + type + "': expected one of " + String.join(", ", names()));
    }
    RecordComponent[] components = kind.getRecordComponents();
    requireOnly(map, components);
    Object[] values =
        Arrays.stream(components).map(c -> value(c, required(map, c.getName()))).toArray();
    return make(kind, components, values);
  }

  private static Object value(RecordComponent component, Object value) {
    Class<?> type = component.getType();
    String field = component.getName();
    if (type == int.class) {
      return integer(field, value);
    }
    if (type == double.class) {
      if (value instanceof Number number) {
        return number.doubleValue();
      }
      throw mistyped(field, value, "a number");
    }
    if (type == boolean.class) {
      if (value instanceof Boolean) {
        return value;
      }
      throw mistyped(field, value, "true or false");
    }
    if (type == List.class) {
      if (value instanceof List<?> list) {
        return list.stream().map(each -> integer(field, each)).toList();
      }
      throw mistyped(field, value, "a list of integers");
    }
    return type.isEnum() ? constant(type, field, value) : variant(type, field, value);
  }

  private static int integer(String field, Object value) {
    if (value instanceof Integer || value instanceof Long) {
      long exact = ((Number) value).longValue();
      if (exact == (int) exact) {
        return (int) exact;
      }
    }
    throw mistyped(field, value, "an integer");
  }

  private static Object constant(Class<?> type, String field, Object value) {
    List<String> names = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      String name = KebabCase.of((Enum<?>) constant);
      names.add(name);
      if (value instanceof String word && KebabCase.ofWord(word).equals(name)) {
        return constant;
      }
    }
    throw mistyped(field, value, String.join(" or ", names));
  }

  private static Variant variant(Class<?> type, String field, Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> inner = new LinkedHashMap<>();
      map.forEach((key, each) -> inner.put(String.valueOf(key), each));
      Variant variant = fromMap(inner);
      if (type.isInstance(variant)) {
        return variant;
      }
    }
    throw mistyped(field, value, "a variant of another kind");
  }

  private static void requireOnly(Map<String, ?> map, RecordComponent[] components) {
    Set<String> fields =
        Stream.of(components)
            .map(RecordComponent::getName)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    for (String field : map.keySet()) {
      if (!field.equals(TYPE) && !fields.contains(field)) {
        throw new IllegalArgumentException(
            "a %s variant has no field '%s': its fields are %s"
                .formatted(map.get(TYPE), field, String.join(", ", fields)));
      }
    }
  }

  private static Object required(Map<String, ?> map, String field) {
    Object value = map.get(field);
    if (value == null) {
      throw new IllegalArgumentException("variant field '" + field + "' is missing");
    }
    return value;
  }

  private static IllegalArgumentException mistyped(String field, Object value, String expected) {
    return new IllegalArgumentException(
        "variant field '" + field + "' must be " + expected + ", got " + value);
  }

  private static Object read(RecordComponent component, Variant variant) {
    try {
      return component.getAccessor().invoke(variant);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Variant make(
      Class<? extends Variant> kind, RecordComponent[] components, Object[] values) {
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<? extends Variant> canonical = kind.getDeclaredConstructor(types);
      return canonical.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
