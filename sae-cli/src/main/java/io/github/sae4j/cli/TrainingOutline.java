package io.github.sae4j.cli;

import io.github.sae4j.engine.Device;
import io.github.sae4j.engine.DeviceEngines;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.train.MemoryPlan;
import io.github.sae4j.train.Stopping;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainCost;
import io.github.sae4j.train.TrainPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Describes a run before it starts.
 *
 * @param config its settings
 * @param trained the training rows
 * @param heldOut number of held-out rows
 */
record TrainingOutline(TrainConfig config, ActivationSource trained, long heldOut) {
  private static final long MEGA = 1L << 20;

  /**
   * Returns a line such as {@code 384 -> 8,192, topk k = 32, 1,322 steps of 4,096 rows, rate 0.003,
   * 95,002 rows held out}.
   */
  String line() {
    TrainPlan plan = TrainPlan.of(config, trained);
    List<String> words = new ArrayList<>();
    words.add(trained.width() + " -> " + Words.count(config.latents()));
    words.add(sparsity());
    words.add(
        "%s of %s rows"
            .formatted(Words.counted(plan.steps(), "step"), Words.count(config.batch())));
    words.add(String.format(Locale.ROOT, "rate %.2g", plan.learningRate()));
    words.add(heldOut == 0 ? "no rows held out" : Words.counted(heldOut, "row") + " held out");
    if (!config.device().equals(Device.CPU)) {
      words.add("on " + DeviceEngines.choose(config.device()).description());
    }
    Stopping stopping = config.stopping();
    if (stopping.stopFvuPlateau() > 0) {
      words.add("until FVU gains less than " + Words.percent(stopping.stopFvuPlateau()));
    }
    if (stopping.maxSeconds() > 0) {
      words.add("at most " + Words.duration(Math.round(stopping.maxSeconds())));
    }
    return String.join(", ", words);
  }

  private String sparsity() {
    String name = config.variant().name();
    if (config.variant().fixedK().isPresent()) {
      return name + " k = " + config.variant().fixedK().getAsInt();
    }
    if (!config.variant().hasCoefficient()) {
      return name;
    }
    return config.targetL0() > 0
        ? "%s to L0 = %s".formatted(name, number(config.targetL0()))
        : "%s of strength %s".formatted(name, number(config.variant().sparsitySetting()));
  }

  private static String number(double x) {
    return x == Math.rint(x) ? Long.toString((long) x) : Double.toString(x);
  }

  /** Returns the line with the run's estimated cost, for which it measures some steps. */
  String withCost(MemoryPlan memory) {
    TrainCost cost = TrainCost.measure(config, trained);
    return String.join(
        "\n",
        line(),
        "memory: " + memory,
        String.format(
            Locale.ROOT,
            "time: about %s, at %.2g s per step measured on random rows",
            Words.duration(seconds(cost)),
            cost.secondsPerStep()),
        "disk: %s MB: %s of %s MB, plus one while it is being written; the SAE %s MB"
            .formatted(
                mega(cost.diskBytes(config)),
                Words.counted(config.keepCheckpoints(), "checkpoint"),
                mega(cost.checkpointBytes()),
                mega(cost.saeBytes())));
  }

  /** Returns the time of the whole run, or until its time limit. */
  long seconds(TrainCost cost) {
    double all = TrainPlan.of(config, trained).steps() * cost.secondsPerStep();
    double most = config.stopping().maxSeconds();
    return Math.max(1, Math.round(most > 0 ? Math.min(all, most) : all));
  }

  static String mega(long bytes) {
    return Words.count((bytes + MEGA - 1) / MEGA);
  }
}
