package io.github.sae4j.examples.compression;

import io.github.sae4j.examples.SeedInterval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What was measured of each method and setting, once per seed. */
final class Results {
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
                    SeedInterval.text(list, Trial::bits, 3),
                    32 / SeedInterval.mean(list, Trial::bits),
                    SeedInterval.text(list, Trial::fvu, 4),
                    SeedInterval.text(list, Trial::neighbours, 3),
                    SeedInterval.text(list, Trial::probe, 3),
                    SeedInterval.mean(list, Trial::encode),
                    SeedInterval.mean(list, Trial::decode))));
    return table.toString();
  }

  /** Returns the best ratio among methods whose names begin so, with at most this FVU. */
  Optional<Smallest> smallest(String prefix, boolean begins, double fvu) {
    return trials.values().stream()
        .filter(list -> list.get(0).method().startsWith(prefix) == begins)
        .filter(list -> SeedInterval.mean(list, Trial::fvu) <= fvu)
        .map(list -> new Smallest(list.get(0).method(), 32 / SeedInterval.mean(list, Trial::bits)))
        .max((a, b) -> Double.compare(a.ratio(), b.ratio()));
  }
}
