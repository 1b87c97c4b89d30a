package io.github.sae4j.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts faults in texts. Not thread-safe. */
public final class TextFaults {
  private static final Logger LOG = LoggerFactory.getLogger(TextFaults.class);

  /** How many of each kind are logged. */
  private static final int LOGGED = 20;

  private final Map<TextFault, Long> counts = new EnumMap<>(TextFault.class);
  private final Map<TextFault, String> first = new EnumMap<>(TextFault.class);
  private final boolean logged;

  /** Starts a count. */
  public TextFaults() {
    this(true);
  }

  private TextFaults(boolean logged) {
    this.logged = logged;
  }

  /** Starts a count that logs nothing. */
  static TextFaults unlogged() {
    return new TextFaults(false);
  }

  /**
   * Records one fault.
   *
   * @param place the text's name
   */
  public void add(TextFault fault, String place) {
    if (logged && count(fault) < LOGGED) {
      LOG.info("text {}: {}", place, fault.words());
    }
    counts.merge(fault, 1L, Long::sum);
    first.putIfAbsent(fault, place);
  }

  /** Returns the number of texts with this fault. */
  public long count(TextFault fault) {
    return counts.getOrDefault(fault, 0L);
  }

  /** Returns the number of skipped texts. */
  public long passedOver() {
    return Arrays.stream(TextFault.values())
        .filter(TextFault::passesOver)
        .mapToLong(this::count)
        .sum();
  }

  /** Returns the sum of both counts. */
  public TextFaults plus(TextFaults others) {
    TextFaults sum = unlogged();
    for (TextFault fault : TextFault.values()) {
      long count = count(fault) + others.count(fault);
      if (count > 0) {
        sum.counts.put(fault, count);
        sum.first.put(fault, first.getOrDefault(fault, others.first.get(fault)));
      }
    }
    return sum;
  }

  /**
   * Describes the faults, as in {@code skipped 3 texts: 2 empty, 1 null; 1 text with bytes that are
   * not UTF-8, which became U+FFFD}; empty if there are none.
   */
  public String describe() {
    List<String> sentences = new ArrayList<>();
    if (passedOver() > 0) {
      sentences.add("skipped " + texts(passedOver()) + ": " + left());
    }
    for (TextFault fault : TextFault.values()) {
      if (!fault.passesOver() && count(fault) > 0) {
        sentences.add(texts(count(fault)) + " " + fault.words());
      }
    }
    return String.join("; ", sentences);
  }

  /** Describes the skipped texts, as in {@code 2 empty, 1 not JSON (a.jsonl:7)}. */
  String left() {
    Predicate<TextFault> met = fault -> fault.passesOver() && count(fault) > 0;
    return String.join(
        ", ",
        Arrays.stream(TextFault.values())
            .filter(met)
            .map(fault -> number(count(fault)) + " " + fault.words() + place(fault))
            .toList());
  }

  private String place(TextFault fault) {
    return fault.isOfFile()
        ? " (%s%s)".formatted(count(fault) > 1 ? "the first is " : "", first.get(fault))
        : "";
  }

  private static String texts(long count) {
    return number(count) + (count == 1 ? " text" : " texts");
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
