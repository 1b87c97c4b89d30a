package io.github.sae4j.train;

import io.github.sae4j.engine.Device;
import io.github.sae4j.product.Precision;
import io.github.sae4j.store.OnNonFinite;
import io.github.sae4j.variant.Variant;
import java.util.Objects;

/**
 * All settings of a training run, in groups; {@link TrainConfigBuilder} holds their defaults. A row
 * of activations counts as one token. {@link TrainPlan} resolves settings that depend on the length
 * of the run. Each setting can be read from its group, or from here.
 *
 * @param dictionary the dictionary to train
 * @param data reading of rows
 * @param sparsity sparsity of codes
 * @param schedule length of the run and learning rate
 * @param optimiser the optimiser
 * @param initialisation the initial weights
 * @param output files written during training
 */
public record TrainConfig(
    DictionarySettings dictionary,
    DataSettings data,
    SparsitySettings sparsity,
    ScheduleSettings schedule,
    OptimiserSettings optimiser,
    InitialisationSettings initialisation,
    OutputSettings output) {

  public TrainConfig {
    Objects.requireNonNull(dictionary, "dictionary");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(sparsity, "sparsity");
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(optimiser, "optimiser");
    Objects.requireNonNull(initialisation, "initialisation");
    Objects.requireNonNull(output, "output");
    sparsity.requireFits(dictionary);
    initialisation.initialWeights().requireFits(dictionary.variant(), dictionary.unitNormDecoder());
    if (data.normaliseInputs() == InputNormalisation.LAYER_NORM) {
      if (dictionary.task() == Task.CROSSCODER) {
        throw new IllegalArgumentException("a crosscoder cannot have layer norm on its inputs");
      }
      if (dictionary.task().isTranscoder()) {
        throw new IllegalArgumentException("a transcoder cannot have layer norm on its inputs");
      }
    }
  }

  /** Returns a builder with the defaults for a dictionary of this width. */
  public static TrainConfigBuilder builder(int latents, Variant variant) {
    return new TrainConfigBuilder(latents, variant);
  }

  /** Returns these settings with different values for those that depend on the rows. */
  TrainConfig with(LearningRate rate, InputNormalisation normalisation) {
    return new TrainConfig(
        dictionary,
        data.with(normalisation),
        sparsity,
        schedule.with(rate),
        optimiser,
        initialisation,
        output);
  }

  /** Returns these settings for another device, whose sums may round differently. */
  TrainConfig on(Device device) {
    return new TrainConfig(
        dictionary, data, sparsity, schedule, optimiser.on(device), initialisation, output);
  }

  /** Returns these settings with another output, which does not affect the result. */
  TrainConfig with(OutputSettings other) {
    return new TrainConfig(dictionary, data, sparsity, schedule, optimiser, initialisation, other);
  }

  /** Returns these settings with those that depend on the rows resolved as in another run. */
  TrainConfig settledAs(TrainConfig other) {
    LearningRate rate = learningRate();
    if (rate.peak() == LearningRate.BY_LENGTH) {
      rate = rate.withPeak(other.learningRate().peak());
    }
    boolean same =
        normaliseInputs() == InputNormalisation.AUTO && other.normaliseInputs().isAutomatic();
    return with(rate, same ? other.normaliseInputs() : normaliseInputs());
  }

  /** Returns the target number of activations per row at inference; 0 if there is no target. */
  public double wantedL0() {
    if (targetL0() > 0) {
      return targetL0();
    }
    return variant().wantedL0().orElse(0);
  }

  public int latents() {
    return dictionary.latents();
  }

  public Variant variant() {
    return dictionary.variant();
  }

  public Task task() {
    return dictionary.task();
  }

  public boolean tied() {
    return dictionary.tied();
  }

  public boolean unitNormDecoder() {
    return dictionary.unitNormDecoder();
  }

  public int batch() {
    return data.batch();
  }

  public int shuffleBufferRows() {
    return data.shuffleBufferRows();
  }

  public int blockRows() {
    return data.blockRows();
  }

  public long orderSeed() {
    return data.orderSeed();
  }

  public OnNonFinite onNonfinite() {
    return data.onNonfinite();
  }

  public InputNormalisation normaliseInputs() {
    return data.normaliseInputs();
  }

  public double targetL0() {
    return sparsity.targetL0();
  }

  public int sparsityWarmupSteps() {
    return sparsity.sparsityWarmupSteps();
  }

  public int kStart() {
    return sparsity.kStart();
  }

  public int kAnnealSteps() {
    return sparsity.kAnnealSteps();
  }

  public long deadAfter() {
    return sparsity.deadAfter();
  }

  public Resampling resampling() {
    return sparsity.resampling();
  }

  public double epochs() {
    return schedule.epochs();
  }

  public long tokens() {
    return schedule.tokens();
  }

  public LearningRate learningRate() {
    return schedule.learningRate();
  }

  public Stopping stopping() {
    return schedule.stopping();
  }

  public Updater updater() {
    return optimiser.updater();
  }

  public Precision precision() {
    return optimiser.precision();
  }

  public Device device() {
    return optimiser.device();
  }

  public double beta1() {
    return optimiser.beta1();
  }

  public double beta2() {
    return optimiser.beta2();
  }

  public double clipNorm() {
    return optimiser.clipNorm();
  }

  public double emaDecay() {
    return optimiser.emaDecay();
  }

  public long seed() {
    return initialisation.seed();
  }

  public InitialWeights initialWeights() {
    return initialisation.initialWeights();
  }

  public int logEvery() {
    return output.logEvery();
  }

  public int checkpointEvery() {
    return output.checkpointEvery();
  }

  public int keepCheckpoints() {
    return output.keepCheckpoints();
  }

  static void requireAtLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", got " + value);
    }
  }

  static void require(boolean holds, String rule, Number value) {
    if (!holds) {
      throw new IllegalArgumentException(rule + ", got " + value);
    }
  }
}
