package io.github.sae4j.cli;

import io.github.sae4j.apply.compress.ErrorBound;
import io.github.sae4j.engine.Device;
import io.github.sae4j.format.DType;
import io.github.sae4j.format.KebabCase;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.TypeConversionException;

/** Parses the values of options, and reports what was expected if they are invalid. */
final class OptionValues {
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d+");
  private static final Pattern REAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private static final Pattern TIME =
      Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,8})m)?(?:(\\d{1,9})s)?");

  private OptionValues() {}

  static int integer(String text) {
    return (int) whole(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  static long integerOf64Bits(String text) {
    return whole(text, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private static long whole(String text, long least, long most) {
    if (!WHOLE.matcher(text).matches()) {
      throw new TypeConversionException("expected a whole number, got '" + text + "'");
    }
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // more digits than 64 bits hold
    }
    throw new TypeConversionException(
        String.format(
            Locale.ROOT,
            "expected a whole number between %,d and %,d, got '%s'",
            least,
            most,
            text));
  }

  /** Parses a number that is also finite as a float32; a nonzero number must not round to 0. */
  static double real(String text) {
    if (!REAL.matcher(text).matches()) {
      throw new TypeConversionException("expected a number, got '" + text + "'");
    }
    double value = Double.parseDouble(text);
    boolean zero = text.replaceFirst("[eE].*", "").chars().noneMatch(c -> c >= '1' && c <= '9');
    float single = (float) value;
    if (Float.isInfinite(single) || (single == 0 && !zero)) {
      throw new TypeConversionException(
          "'" + text + "' is too " + (single == 0 ? "small" : "large"));
    }
    return value;
  }

  /** Parses a time such as {@code 90s}, {@code 30m} or {@code 1h30m}, of at least one second. */
  static Duration duration(String text) {
    Matcher form = TIME.matcher(text);
    if (form.matches() && !text.isEmpty()) {
      Duration sum =
          Duration.ofHours(part(form.group(1)))
              .plusMinutes(part(form.group(2)))
              .plusSeconds(part(form.group(3)));
      if (!sum.isZero()) {
        return sum;
      }
    }
    throw new TypeConversionException(
        "expected a time such as 90s, 30m or 1h30m, got '" + text + "'");
  }

  private static long part(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** Parses a device. */
  static Device device(String text) {
    try {
      return Device.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /** Parses a bound of errors. */
  static ErrorBound errorBound(String text) {
    try {
      return ErrorBound.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /** Parses one of the types that dumps can store. */
  static DType storedType(String text) {
    return switch (folded(text)) {
      case "f32" -> DType.F32;
      case "bf16" -> DType.BF16;
      default -> throw new TypeConversionException("expected f32, bf16, got '" + text + "'");
    };
  }

  /** Parses a constant by name, ignoring case and with dashes or underscores. */
  static <E extends Enum<E>> E constant(Class<E> type, String text) {
    String wanted = folded(text);
    List<E> constants = Arrays.asList(type.getEnumConstants());
    return constants.stream()
        .filter(
            each -> folded(each.name()).equals(wanted) || folded(each.toString()).equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected %s, got '%s'"
                        .formatted(
                            constants.stream()
                                .map(each -> folded(each.toString()))
                                .collect(Collectors.joining(", ")),
                            text)));
  }

  /** Returns a name in the form used for comparison: lower case, with dashes. */
  static String folded(String word) {
    return KebabCase.ofWord(word);
  }
}
