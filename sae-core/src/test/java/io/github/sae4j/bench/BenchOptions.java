package io.github.sae4j.bench;

import io.github.sae4j.engine.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param rows to measure, in this order
 * @param rounds turns of all that is measured
 * @param steps of ours a round
 * @param warmUp steps that are not counted
 * @param python the program that has PyTorch; null for none
 * @param tuned whether PyTorch gets better settings than it comes with
 * @param out the file of results
 * @param device where ours is computed
 */
record BenchOptions(
    List<BenchRow> rows,
    int rounds,
    int steps,
    int warmUp,
    String python,
    boolean tuned,
    Path out,
    Device device) {
  private static final int ROUNDS = 5;
  private static final int STEPS = 6;
  private static final int WARM_UP = 16;
  private static final int QUICK_ROUNDS = 3;
  private static final int QUICK_STEPS = 2;
  private static final int QUICK_WARM_UP = 8;

  /**
   * Understands a command line.
   *
   * @param defaultOut the file of results where none is named
   * @throws IllegalArgumentException if it is wrong; says how
   */
  static BenchOptions parse(List<String> arguments, Path defaultOut) {
    List<BenchRow> rows = null;
    boolean quick = false;
    boolean scaling = false;
    boolean tuned = false;
    int rounds = 0;
    String python = null;
    Path out = defaultOut;
    Device device = Device.CPU;
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--rows" -> rows = BenchRow.select(value(option, rest));
        case "--rounds" -> rounds = positive(option, value(option, rest));
        case "--out" -> out = Path.of(value(option, rest));
        case "--pytorch" -> python = program(value(option, rest));
        case "--pytorch-tuned" -> tuned = true;
        case "--device" -> device = Device.parse(value(option, rest));
        case "--quick" -> quick = true;
        case "--scaling" -> scaling = true;
        default ->
            throw new IllegalArgumentException("unknown option '" + option + "'; see --help");
      }
    }
    if (tuned && python == null) {
      throw new IllegalArgumentException("--pytorch-tuned needs --pytorch PYTHON");
    }
    return new BenchOptions(
        choose(rows, quick, scaling),
        rounds > 0 ? rounds : quick ? QUICK_ROUNDS : ROUNDS,
        quick ? QUICK_STEPS : STEPS,
        quick ? QUICK_WARM_UP : WARM_UP,
        python,
        tuned,
        out,
        device);
  }

  /** The table, or its first row, unless others are asked for. */
  private static List<BenchRow> choose(List<BenchRow> rows, boolean quick, boolean scaling) {
    List<BenchRow> chosen = new ArrayList<>();
    if (rows != null) {
      chosen.addAll(rows);
    } else if (!scaling) {
      chosen.addAll(quick ? BenchRow.TABLE.subList(0, 1) : BenchRow.TABLE);
    }
    if (scaling) {
      chosen.addAll(BenchRow.SCALING);
    }
    return List.copyOf(chosen);
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return rest.next();
  }

  private static int positive(String option, String text) {
    if (!text.matches("[1-9]\\d{0,5}")) {
      throw new IllegalArgumentException(
          option + " must be a positive whole number, got '" + text + "'");
    }
    return Integer.parseInt(text);
  }

  /** A path of a program, or a name to be found on the PATH. */
  private static String program(String name) {
    if (name.contains("/") && !Files.isExecutable(Path.of(name))) {
      throw new IllegalArgumentException("--pytorch: " + name + " is not a program");
    }
    return name;
  }
}
