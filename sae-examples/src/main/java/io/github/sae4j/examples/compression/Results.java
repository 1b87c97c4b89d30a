package io.github.sae4j.examples.compression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What was measured of each method and setting, once per seed. */
final class Results {
  /** Student's t for 95 % and 1, 2, 3, 4 degrees of freedom. */
  private static final double[] STUDENT = {12.706, 4.303, 3.182, 2.776};

  private final Map<String, List<Trial>> trials = new LinkedHashMap<>();

  /** One seed of a method and setting. */
  record Trial(
      String method,
      double bits,
      double fvu,
      double neighbours,
      double probe,
      double encode,
      double decode) {}

  /** A method's smallest files with an FVU. */
  record Smallest(String method, double ratio) {}

  void add(String key, Trial trial) {
    trials.computeIfAbsent(key, k -> new ArrayList<>()).add(trial);
  }

  String table() {
    StringBuilder table =
        new StringBuilder(
            "| method | setting | bits per value | times smaller | FVU | 10 neighbours | linear probe | MB/s in | MB/s out |\n|---|---|---|---|---|---|---|---|---|\n");
    trials.forEach(
        (key, list) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %s | %.1f | %s | %s | %s | %.0f | %.0f |%n",
                    key,
                    interval(list, Trial::bits, 3),
                    32 / mean(list, Trial::bits),
                    interval(list, Trial::fvu, 4),
                    interval(list, Trial::neighbours, 3),
                    interval(list, Trial::probe, 3),
                    mean(list, Trial::encode),
                    mean(list, Trial::decode))));
    return table.toString();
  }

  private static double mean(List<Trial> list, ToDoubleFunction<Trial> number) {
    return list.stream().mapToDouble(number).average().orElseThrow();
  }

  /** Mean ± half the width of the 95 % interval of the mean over seeds. */
  static String interval(List<Trial> list, ToDoubleFunction<Trial> number, int digits) {
    double mean = mean(list, number);
    int n = list.size();
    if (n < 2) {
      return String.format(Locale.ROOT, "%." + digits + "f", mean);
    }
    double squares =
        list.stream().mapToDouble(trial -> Math.pow(number.applyAsDouble(trial) - mean, 2)).sum();
    double half = STUDENT[Math.min(n, 5) - 2] * Math.sqrt(squares / (n - 1) / n);
    return String.format(Locale.ROOT, "%." + digits + "f ± %." + digits + "f", mean, half);
  }

  /** Returns the best ratio among methods whose names begin so, with at most this FVU. */
  Optional<Smallest> smallest(String prefix, boolean begins, double fvu) {
    return trials.values().stream()
        .filter(list -> list.get(0).method().startsWith(prefix) == begins)
        .filter(list -> mean(list, Trial::fvu) <= fvu)
        .map(list -> new Smallest(list.get(0).method(), 32 / mean(list, Trial::bits)))
        .max((a, b) -> Double.compare(a.ratio(), b.ratio()));
  }
}
