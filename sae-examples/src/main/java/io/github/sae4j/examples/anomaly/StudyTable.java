package io.github.sae4j.examples.anomaly;

import io.github.sae4j.examples.SeedInterval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.math3.distribution.BinomialDistribution;

/** What was measured on a data set, once per seed and method. */
final class StudyTable {
  private final LabelledRows rows;
  private final double rate;
  private final Map<String, List<Trial>> trials = new LinkedHashMap<>();

  /**
   * One seed of a method.
   *
   * @param recall part of the anomalies above the calibrated threshold
   * @param falseAlarms normal test rows above it
   * @param normal number of normal test rows
   */
  record Trial(
      double rocAuc, double prAuc, double recall, long falseAlarms, int normal, int calibration) {}

  StudyTable(LabelledRows rows, double rate) {
    this.rows = rows;
    this.rate = rate;
  }

  void add(String method, Trial trial) {
    trials.computeIfAbsent(method, key -> new ArrayList<>()).add(trial);
  }

  String markdown() {
    Trial first = trials.values().iterator().next().get(0);
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "### %s%n%n%,d normal rows of %d values (%,d calibrate, %,d are tested), %,d anomalies.%n%n",
                rows.name(),
                rows.normal().size(),
                rows.width(),
                first.calibration(),
                first.normal(),
                rows.anomalous().size()));
    text.append("| method | ROC AUC | PR AUC | recall at 1 % | false alarms, % |\n");
    text.append("|---|---|---|---|---|\n");
    trials.forEach(
        (method, list) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s |%n",
                    method,
                    SeedInterval.text(list, Trial::rocAuc, 3),
                    SeedInterval.text(list, Trial::prAuc, 3),
                    SeedInterval.text(list, Trial::recall, 3),
                    alarms(list))));
    return text.toString();
  }

  private String alarms(List<Trial> list) {
    StringBuilder text = new StringBuilder();
    for (Trial trial : list) {
      text.append(text.isEmpty() ? "" : ", ")
          .append(
              String.format(
                  Locale.ROOT,
                  "%.2f%s",
                  100.0 * trial.falseAlarms() / trial.normal(),
                  isWithin(trial) ? "" : "\\*"));
    }
    return text.toString();
  }

  /** Whether the false alarms are within the binomial 99 % interval of the wanted rate. */
  private boolean isWithin(Trial trial) {
    return within(trial.falseAlarms(), trial.normal(), rate);
  }

  static boolean within(long alarms, int rows, double rate) {
    BinomialDistribution binomial = new BinomialDistribution(null, rows, rate);
    return binomial.cumulativeProbability((int) alarms) >= 0.005
        && 1 - binomial.cumulativeProbability((int) alarms - 1) >= 0.005;
  }

  /** Says how many of all thresholds kept the wanted rate. */
  static String verdict(List<StudyTable> tables) {
    long all = 0;
    long kept = 0;
    long alarms = 0;
    long normal = 0;
    for (StudyTable table : tables) {
      for (List<Trial> list : table.trials.values()) {
        for (Trial trial : list) {
          all++;
          kept += table.isWithin(trial) ? 1 : 0;
          alarms += trial.falseAlarms();
          normal += trial.normal();
        }
      }
    }
    return String.format(
        Locale.ROOT,
        "%d of %d thresholds within the binomial 99 %% interval; %.3f %% false alarms in all",
        kept,
        all,
        100.0 * alarms / normal);
  }
}
