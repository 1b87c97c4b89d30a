package io.github.sae4j.cli;

import io.github.sae4j.train.SweepRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The runs of a sweep by name, with the options that define them. */
final class SweepRuns {
  /** File in which a sweep keeps the options of its runs, in the format of {@code --grid}. */
  private static final String FILE = "grid.json";

  private final Map<String, RunOptions> options = new LinkedHashMap<>();
  private final Map<String, SweepRun> runs = new LinkedHashMap<>();

  private SweepRuns() {}

  /**
   * Returns the runs defined by the command line and a file.
   *
   * @param given options on the command line; the file's options take precedence over them
   * @param gridOrNull the file
   * @param nIn width of the rows
   * @throws IllegalArgumentException if options are invalid, or two runs have the same name
   */
  static SweepRuns of(Map<String, List<String>> given, Path gridOrNull, int nIn)
      throws IOException {
    List<RunOptions> all = new ArrayList<>();
    if (gridOrNull == null) {
      all.addAll(named(new Grid("", given).runs(Map.of()), nIn));
    } else {
      for (Grid grid : GridFile.read(gridOrNull)) {
        all.addAll(named(grid.runs(given), nIn));
      }
      Grid.requireUsed(given.keySet(), all);
    }
    SweepRuns runs = new SweepRuns();
    for (RunOptions each : all) {
      SweepRun run = each.run(nIn);
      if (runs.runs.containsKey(run.name())) {
        throw new IllegalArgumentException(
            "two runs have the name %s: give one of them a \"name\" in a file for --grid"
                .formatted(run.name()));
      }
      runs.put(each, run);
    }
    return runs;
  }

  /**
   * Returns the runs of one grid; runs that would have the same name are distinguished by the
   * options in which they differ.
   */
  private static List<RunOptions> named(List<RunOptions> grid, int nIn) {
    Map<String, RunOptions> first = new HashMap<>();
    Set<String> telling = new LinkedHashSet<>();
    for (RunOptions each : grid) {
      RunOptions same = first.putIfAbsent(each.run(nIn).name(), each);
      if (same != null) {
        each.options().keySet().stream()
            .filter(option -> !each.options().get(option).equals(same.options().get(option)))
            .forEach(telling::add);
      }
    }
    return grid.stream().map(each -> each.namedBy(telling)).toList();
  }

  /**
   * Returns the runs of an existing sweep.
   *
   * @throws NoSuchFileException if there is none
   */
  static SweepRuns stored(Path directory, int nIn) throws IOException {
    if (!exist(directory)) {
      throw new NoSuchFileException(
          directory.resolve(FILE).toString(), null, "there is no sweep to resume");
    }
    return of(Map.of(), directory.resolve(FILE), nIn);
  }

  /** Returns whether a directory contains a sweep. */
  static boolean exist(Path directory) {
    return Files.exists(directory.resolve(FILE));
  }

  private void put(RunOptions from, SweepRun run) {
    options.put(run.name(), from);
    runs.put(run.name(), run);
  }

  /** Returns these runs plus others, which replace runs of the same name. */
  SweepRuns and(SweepRuns others) {
    SweepRuns all = new SweepRuns();
    options.forEach((name, each) -> all.put(each, runs.get(name)));
    others.options.forEach((name, each) -> all.put(each, others.runs.get(name)));
    return all;
  }

  List<SweepRun> runs() {
    return List.copyOf(runs.values());
  }

  /** Stores the options for {@link #stored}. */
  void store(Path directory) throws IOException {
    GridFile.write(directory.resolve(FILE), List.copyOf(options.values()));
  }
}
