package io.github.sae4j.dashboard;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * An axis of a plot.
 *
 * @param from value at its start
 * @param to value at its end, larger
 * @param logarithmic whether equal ratios are equally far apart; if so, {@code from} is positive
 */
record PlotAxis(double from, double to, boolean logarithmic) {
  /** Ratio of the largest to the smallest value above which a logarithmic scale is used. */
  private static final double LOGARITHMIC_FROM = 3;

  private static final double MARGIN = 0.08;
  private static final int LEAST_TICKS = 4;
  private static final double[][] STEPS = {
    {1}, {1, 3}, {1, 2, 5}, {1, 1.5, 2, 3, 5, 7}, {1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9}
  };

  /** Returns an axis that spans these finite values; from 0 to 1 if there are none. */
  static PlotAxis of(Collection<Double> values) {
    double least = values.stream().min(Double::compare).orElse(0.0);
    double most = values.stream().max(Double::compare).orElse(1.0);
    if (least > 0 && most / least >= LOGARITHMIC_FROM) {
      double room = Math.pow(most / least, MARGIN);
      return new PlotAxis(least / room, most * room, true);
    }
    double range = most > least ? most - least : Math.max(Math.abs(most) / 2, 1e-9);
    double begin = least - MARGIN * range;
    return new PlotAxis(least >= 0 ? Math.max(0, begin) : begin, most + MARGIN * range, false);
  }

  /** Returns the position of a value: 0 at the start of the axis, 1 at its end. */
  double position(double value) {
    return logarithmic
        ? Math.log(value / from) / Math.log(to / from)
        : (value - from) / (to - from);
  }

  /** Returns round values along the axis, ascending. */
  List<BigDecimal> ticks() {
    return logarithmic ? logarithmicTicks() : linearTicks();
  }

  private List<BigDecimal> logarithmicTicks() {
    List<BigDecimal> ticks = List.of();
    for (double[] steps : STEPS) {
      ticks = new ArrayList<>();
      int lastDecade = (int) Math.floor(Math.log10(to));
      for (int decade = (int) Math.floor(Math.log10(from)); decade <= lastDecade; decade++) {
        for (double step : steps) {
          BigDecimal tick = BigDecimal.valueOf(step).scaleByPowerOfTen(decade);
          if (isWithin(tick)) {
            ticks.add(tick);
          }
        }
      }
      if (ticks.size() >= LEAST_TICKS) {
        break;
      }
    }
    return ticks;
  }

  /** Returns multiples of 1, 2 or 5 times a power of ten, four to nine of them. */
  private List<BigDecimal> linearTicks() {
    double rough = (to - from) / (LEAST_TICKS + 1);
    int decade = (int) Math.floor(Math.log10(rough));
    double lead = rough / Math.pow(10, decade);
    int factor = lead >= 5 ? 5 : lead >= 2 ? 2 : 1;
    BigDecimal step = BigDecimal.valueOf(factor).scaleByPowerOfTen(decade);
    List<BigDecimal> ticks = new ArrayList<>();
    long first = (long) Math.ceil(from / step.doubleValue());
    for (long i = first; isWithin(step.multiply(BigDecimal.valueOf(i))); i++) {
      ticks.add(step.multiply(BigDecimal.valueOf(i)));
    }
    return ticks;
  }

  private boolean isWithin(BigDecimal tick) {
    return tick.doubleValue() >= from && tick.doubleValue() <= to;
  }

  /** Returns the label of a tick. */
  static String label(BigDecimal tick) {
    String plain = tick.round(new MathContext(6)).stripTrailingZeros().toPlainString();
    return tick.abs().compareTo(BigDecimal.valueOf(10_000)) >= 0
        ? PlotDrawing.large(tick.doubleValue())
        : plain;
  }
}
