package io.github.sae4j.dashboard;

import io.github.sae4j.eval.SweepPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * SAEs of one kind and one width, whose points are connected by a line.
 *
 * @param kind the variant, prefixed with the name that its runs were given, if any
 * @param nLatents number of latents
 * @param points one point per sparsity setting, in ascending order of L0
 */
record ParetoCurve(String kind, int nLatents, List<Seeds> points) {

  /**
   * SAEs that differ only in their seeds.
   *
   * @param l0 their mean L0
   * @param fvu their mean FVU
   * @param each the SAEs, at least one
   */
  record Seeds(double l0, double fvu, List<SweepPoint> each) {

    static Seeds of(List<SweepPoint> each) {
      return new Seeds(mean(each, SweepPoint::l0), mean(each, SweepPoint::fvu), each);
    }

    private static double mean(List<SweepPoint> points, ToDoubleFunction<SweepPoint> value) {
      return points.stream().mapToDouble(value).average().orElseThrow();
    }
  }

  private record Key(String kind, int nLatents) {}

  /** Returns the curves through the points, in order of their first point. */
  static List<ParetoCurve> through(List<SweepPoint> points) {
    Map<Key, Map<Double, List<SweepPoint>>> kinds = new LinkedHashMap<>();
    for (SweepPoint point : points) {
      kinds
          .computeIfAbsent(new Key(kind(point), point.nLatents()), key -> new LinkedHashMap<>())
          .computeIfAbsent(point.sparsitySetting(), strength -> new ArrayList<>())
          .add(point);
    }
    List<ParetoCurve> curves = new ArrayList<>();
    kinds.forEach(
        (key, strengths) ->
            curves.add(
                new ParetoCurve(
                    key.kind(),
                    key.nLatents(),
                    strengths.values().stream()
                        .map(Seeds::of)
                        .sorted(Comparator.comparingDouble(Seeds::l0))
                        .toList())));
    return curves;
  }

  private static String kind(SweepPoint point) {
    return point.group().isEmpty() ? point.variant() : point.group() + ": " + point.variant();
  }
}
