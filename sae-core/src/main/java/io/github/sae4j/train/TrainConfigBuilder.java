package io.github.sae4j.train;

import io.github.sae4j.engine.Device;
import io.github.sae4j.product.Precision;
import io.github.sae4j.store.OnNonFinite;
import io.github.sae4j.variant.Variant;
import java.time.Duration;
import java.util.Objects;

/**
 * Builds a {@link TrainConfig}, which describes each setting. Unset settings keep their defaults,
 * all of which are defined here, except those that depend on the length of the run ({@link
 * TrainPlan}).
 */
public final class TrainConfigBuilder {
  private final int latents;
  private final Variant variant;
  private Task task = Task.AUTOENCODER;
  private boolean tied;
  private double targetL0 = 0;
  private int batch = 4096;
  private double epochs = 1;
  private long tokens = 0;
  private Updater updater = Updater.ADAM;
  private Precision precision = Precision.FLOAT32;
  private Device device = Device.CPU;
  private double learningRate = LearningRate.BY_LENGTH;
  private LearningRate.Shape lrSchedule = LearningRate.Shape.LINEAR;
  private int warmupSteps = 200;
  private Double decayStart; // if null, determined by the shape
  private double lrFinalFraction = 0;
  private double beta1 = 0.9;
  private double beta2 = 0.999;
  private double clipNorm = 0;
  private double emaDecay = 0;
  private int sparsityWarmupSteps = 200;
  private int kStart = 0;
  private int kAnnealSteps = 0;
  private long deadAfter = 0;
  private int resampleEvery = 0;
  private int resampleTimes = 4;
  private Resampling.Latents resampleLatents = Resampling.Latents.DEAD;
  private boolean unitNormDecoder;
  private InitialWeights initialWeights;
  private InputNormalisation normaliseInputs; // if null, determined by the task
  private int shuffleBufferRows = 0;
  private int blockRows = 256;
  private long seed = 1;
  private OnNonFinite onNonfinite = OnNonFinite.FAIL;
  private Long orderSeed; // if null, the seed
  private int logEvery = 50;
  private int checkpointEvery = 500;
  private int keepCheckpoints = 2;
  private double stopFvuPlateau = 0;
  private long plateauTokens = 0;
  private double maxSeconds = 0;

  TrainConfigBuilder(int latents, Variant variant) {
    this.latents = latents;
    this.variant = Objects.requireNonNull(variant, "variant");
    this.unitNormDecoder = variant.normalisesDecoder();
    this.initialWeights = InitialWeights.of(variant);
  }

  public TrainConfigBuilder task(Task value) {
    this.task = Objects.requireNonNull(value, "task");
    return this;
  }

  public TrainConfigBuilder tied(boolean value) {
    this.tied = value;
    return this;
  }

  /**
   * Sets the controller's target activations per row; with 0, the default, the coefficient is used
   * as given.
   */
  public TrainConfigBuilder targetL0(double value) {
    this.targetL0 = value;
    return this;
  }

  public TrainConfigBuilder batch(int value) {
    this.batch = value;
    return this;
  }

  public TrainConfigBuilder epochs(double value) {
    this.epochs = value;
    return this;
  }

  /** Uses the coefficient as given, which is the default. */
  public TrainConfigBuilder withoutTargetL0() {
    this.targetL0 = 0;
    return this;
  }

  /**
   * Sets the length of the run in tokens instead of {@link #epochs}; with 0, the default, epochs
   * are used.
   */
  public TrainConfigBuilder tokens(long value) {
    this.tokens = value;
    return this;
  }

  public TrainConfigBuilder updater(Updater value) {
    this.updater = value;
    return this;
  }

  public TrainConfigBuilder precision(Precision value) {
    this.precision = value;
    return this;
  }

  /**
   * Sets where steps are computed: the CPU by default. A GPU needs module sae-cuda on the class
   * path.
   */
  public TrainConfigBuilder device(Device value) {
    this.device = value;
    return this;
  }

  /** Sets the peak learning rate; with 0, the default, it depends on the length of the run. */
  public TrainConfigBuilder learningRate(double value) {
    this.learningRate = value;
    return this;
  }

  /** Sets the decay of the learning rate, which also determines the default start of the decay. */
  public TrainConfigBuilder lrSchedule(LearningRate.Shape value) {
    this.lrSchedule = Objects.requireNonNull(value, "lrSchedule");
    return this;
  }

  public TrainConfigBuilder warmupSteps(int value) {
    this.warmupSteps = value;
    return this;
  }

  public TrainConfigBuilder decayStart(double value) {
    this.decayStart = value;
    return this;
  }

  public TrainConfigBuilder lrFinalFraction(double value) {
    this.lrFinalFraction = value;
    return this;
  }

  public TrainConfigBuilder beta1(double value) {
    this.beta1 = value;
    return this;
  }

  public TrainConfigBuilder beta2(double value) {
    this.beta2 = value;
    return this;
  }

  public TrainConfigBuilder clipNorm(double value) {
    this.clipNorm = value;
    return this;
  }

  public TrainConfigBuilder emaDecay(double value) {
    this.emaDecay = value;
    return this;
  }

  public TrainConfigBuilder sparsityWarmupSteps(int value) {
    this.sparsityWarmupSteps = value;
    return this;
  }

  public TrainConfigBuilder kStart(int value) {
    this.kStart = value;
    return this;
  }

  public TrainConfigBuilder kAnnealSteps(int value) {
    this.kAnnealSteps = value;
    return this;
  }

  public TrainConfigBuilder deadAfter(long value) {
    this.deadAfter = value;
    return this;
  }

  /**
   * Sets the number of steps between resamplings of latents; with 0, the default, there are none.
   */
  public TrainConfigBuilder resampleEvery(int value) {
    this.resampleEvery = value;
    return this;
  }

  /** Sets the number of resamplings if {@link #resampleEvery} is set; default 4. */
  public TrainConfigBuilder resampleTimes(int value) {
    this.resampleTimes = value;
    return this;
  }

  /** Sets which latents are resampled; by default, the dead ones. */
  public TrainConfigBuilder resampleLatents(Resampling.Latents value) {
    this.resampleLatents = Objects.requireNonNull(value, "resampleLatents");
    return this;
  }

  /** Sets all settings of the resampling of latents at once. */
  public TrainConfigBuilder resampling(Resampling value) {
    this.resampleEvery = value.every();
    this.resampleTimes = value.times();
    this.resampleLatents = value.latents();
    return this;
  }

  public TrainConfigBuilder unitNormDecoder(boolean value) {
    this.unitNormDecoder = value;
    return this;
  }

  public TrainConfigBuilder decoderNorm(double value) {
    InitialWeights w = initialWeights;
    return initialWeights(
        new InitialWeights(value, w.encoderStart(), w.decoderBias(), w.rescaleEncoder()));
  }

  public TrainConfigBuilder encoderStart(InitialWeights.Encoder value) {
    InitialWeights w = initialWeights;
    return initialWeights(
        new InitialWeights(w.decoderNorm(), value, w.decoderBias(), w.rescaleEncoder()));
  }

  public TrainConfigBuilder decoderBias(InitialWeights.DecoderBias value) {
    InitialWeights w = initialWeights;
    return initialWeights(
        new InitialWeights(w.decoderNorm(), w.encoderStart(), value, w.rescaleEncoder()));
  }

  public TrainConfigBuilder rescaleEncoder(boolean value) {
    InitialWeights w = initialWeights;
    return initialWeights(
        new InitialWeights(w.decoderNorm(), w.encoderStart(), w.decoderBias(), value));
  }

  /** Sets all settings of the initial weights. */
  public TrainConfigBuilder initialWeights(InitialWeights value) {
    this.initialWeights = Objects.requireNonNull(value, "initialWeights");
    return this;
  }

  public TrainConfigBuilder normaliseInputs(InputNormalisation value) {
    this.normaliseInputs = value;
    return this;
  }

  public TrainConfigBuilder shuffleBufferRows(int value) {
    this.shuffleBufferRows = value;
    return this;
  }

  public TrainConfigBuilder blockRows(int value) {
    this.blockRows = value;
    return this;
  }

  public TrainConfigBuilder seed(long value) {
    this.seed = value;
    return this;
  }

  /** Sets what to do with rows that contain NaN or infinity; default {@link OnNonFinite#FAIL}. */
  public TrainConfigBuilder onNonfinite(OnNonFinite value) {
    this.onNonfinite = Objects.requireNonNull(value, "onNonfinite");
    return this;
  }

  /** Sets only the seed of the order of the rows; by default {@link #seed}. */
  public TrainConfigBuilder orderSeed(long value) {
    this.orderSeed = value;
    return this;
  }

  public TrainConfigBuilder logEvery(int value) {
    this.logEvery = value;
    return this;
  }

  public TrainConfigBuilder checkpointEvery(int value) {
    this.checkpointEvery = value;
    return this;
  }

  public TrainConfigBuilder keepCheckpoints(int value) {
    this.keepCheckpoints = value;
    return this;
  }

  /**
   * Ends the run unless FVU falls by this fraction over {@link #plateauTokens}; with 0, the
   * default, it is not ended by its FVU.
   */
  public TrainConfigBuilder stopFvuPlateau(double value) {
    this.stopFvuPlateau = value;
    return this;
  }

  /**
   * Sets the number of tokens in each of the two spans compared; with 0, the default, a tenth of
   * the run.
   */
  public TrainConfigBuilder plateauTokens(long value) {
    this.plateauTokens = value;
    return this;
  }

  /** Sets the training time after which the run ends; with zero, the default, there is no limit. */
  public TrainConfigBuilder maxTime(Duration value) {
    this.maxSeconds = value.toMillis() / 1e3;
    return this;
  }

  /**
   * Sets all rules for ending the run before its last step; default {@link Stopping#AT_THE_END}.
   */
  public TrainConfigBuilder stopping(Stopping value) {
    this.stopFvuPlateau = value.stopFvuPlateau();
    this.plateauTokens = value.plateauTokens();
    this.maxSeconds = value.maxSeconds();
    return this;
  }

  /**
   * Builds the settings.
   *
   * @throws IllegalArgumentException if one is out of range; the message names it
   */
  public TrainConfig build() {
    return new TrainConfig(
        new DictionarySettings(latents, variant, task, tied, unitNormDecoder),
        new DataSettings(
            batch,
            shuffleBufferRows,
            blockRows,
            orderSeed == null ? seed : orderSeed,
            onNonfinite,
            normaliseInputs == null ? task.defaultNormalisation() : normaliseInputs),
        new SparsitySettings(
            targetL0, sparsityWarmupSteps, kStart, kAnnealSteps, deadAfter, resampling()),
        new ScheduleSettings(
            epochs, tokens, schedule(), new Stopping(stopFvuPlateau, plateauTokens, maxSeconds)),
        new OptimiserSettings(updater, precision, device, beta1, beta2, clipNorm, emaDecay),
        new InitialisationSettings(seed, initialWeights),
        new OutputSettings(logEvery, checkpointEvery, keepCheckpoints));
  }

  private Resampling resampling() {
    return resampleEvery == 0
        ? Resampling.OFF
        : new Resampling(resampleEvery, resampleTimes, resampleLatents);
  }

  private LearningRate schedule() {
    return new LearningRate(
        learningRate,
        lrSchedule,
        warmupSteps,
        decayStart == null ? lrSchedule.defaultDecayStart() : decayStart,
        lrFinalFraction);
  }
}
