package io.github.sae4j.train;

import io.github.sae4j.product.Precision;
import io.github.sae4j.store.OnNonFinite;
import io.github.sae4j.variant.Variant;
import java.util.Objects;

/**
 * Builds a {@link TrainConfig}, which describes each setting; what is not set keeps its default,
 * and this is the one place where defaults stand, but for what depends on the length of the run
 * ({@link TrainPlan}).
 */
public final class TrainConfigBuilder {
  private final int nLatents;
  private final Variant variant;
  private Task task = Task.AUTOENCODER;
  private boolean tied;
  private double targetL0 = 0;
  private int batchRows = 4096;
  private double epochs = 1;
  private long totalTokens = 0;
  private Updater updater = Updater.ADAM;
  private Precision precision = Precision.FLOAT32;
  private double learningRate = LearningRate.BY_LENGTH;
  private LearningRate.Shape learningRateShape = LearningRate.Shape.LINEAR;
  private int warmupSteps = 200;
  private Double decayStart; // where it is null, by the shape
  private double finalFraction = 0;
  private double beta1 = 0.9;
  private double beta2 = 0.999;
  private double clipNorm = 0;
  private double emaDecay = 0;
  private int sparsityWarmupSteps = 200;
  private int kStart = 0;
  private int kAnnealSteps = 0;
  private long deadAfterTokens = 0;
  private Resampling resampling = Resampling.OFF;
  private boolean unitNormDecoder;
  private InitialWeights initialWeights;
  private InputNormalisation inputNormalisation; // where it is null, by the task
  private int shuffleBufferRows = 0;
  private int blockRows = 256;
  private long seed = 1;
  private OnNonFinite onNonFinite = OnNonFinite.FAIL;
  private Long orderSeed; // where it is null, the seed
  private int logEverySteps = 50;
  private int checkpointEverySteps = 500;
  private int keepCheckpoints = 2;
  private Stopping stopping = Stopping.AT_THE_END;

  TrainConfigBuilder(int nLatents, Variant variant) {
    this.nLatents = nLatents;
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
   * Activations a row that a controller aims at; 0, the default, leaves the coefficient as given.
   */
  public TrainConfigBuilder targetL0(double value) {
    this.targetL0 = value;
    return this;
  }

  public TrainConfigBuilder batchRows(int value) {
    this.batchRows = value;
    return this;
  }

  public TrainConfigBuilder epochs(double value) {
    this.epochs = value;
    return this;
  }

  /** Leaves the coefficient as it is given, the default. */
  public TrainConfigBuilder withoutTargetL0() {
    this.targetL0 = 0;
    return this;
  }

  /** Length of the run, instead of {@link #epochs}; 0, the default, for those. */
  public TrainConfigBuilder totalTokens(long value) {
    this.totalTokens = value;
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

  /** The learning rate at its highest; 0, the default, for one by the length of the run. */
  public TrainConfigBuilder learningRate(double value) {
    this.learningRate = value;
    return this;
  }

  /** How the learning rate falls; by default this also decides where it begins to. */
  public TrainConfigBuilder learningRateShape(LearningRate.Shape value) {
    this.learningRateShape = Objects.requireNonNull(value, "learningRateShape");
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

  public TrainConfigBuilder finalFraction(double value) {
    this.finalFraction = value;
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

  public TrainConfigBuilder deadAfterTokens(long value) {
    this.deadAfterTokens = value;
    return this;
  }

  public TrainConfigBuilder resampling(Resampling value) {
    this.resampling = value;
    return this;
  }

  public TrainConfigBuilder unitNormDecoder(boolean value) {
    this.unitNormDecoder = value;
    return this;
  }

  public TrainConfigBuilder decoderNorm(double value) {
    InitialWeights w = initialWeights;
    return initialWeights(
        new InitialWeights(value, w.encoder(), w.decoderBias(), w.rescaleEncoder()));
  }

  public TrainConfigBuilder encoderStart(InitialWeights.Encoder value) {
    InitialWeights w = initialWeights;
    return initialWeights(
        new InitialWeights(w.decoderNorm(), value, w.decoderBias(), w.rescaleEncoder()));
  }

  public TrainConfigBuilder decoderBias(InitialWeights.DecoderBias value) {
    InitialWeights w = initialWeights;
    return initialWeights(
        new InitialWeights(w.decoderNorm(), w.encoder(), value, w.rescaleEncoder()));
  }

  public TrainConfigBuilder rescaleEncoder(boolean value) {
    InitialWeights w = initialWeights;
    return initialWeights(new InitialWeights(w.decoderNorm(), w.encoder(), w.decoderBias(), value));
  }

  /** All of where training starts. */
  public TrainConfigBuilder initialWeights(InitialWeights value) {
    this.initialWeights = Objects.requireNonNull(value, "initialWeights");
    return this;
  }

  public TrainConfigBuilder inputNormalisation(InputNormalisation value) {
    this.inputNormalisation = value;
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

  /** What to do with rows that hold NaN or infinity; default {@link OnNonFinite#FAIL}. */
  public TrainConfigBuilder onNonFinite(OnNonFinite value) {
    this.onNonFinite = Objects.requireNonNull(value, "onNonFinite");
    return this;
  }

  /** Of the order of the rows alone; by default {@link #seed}. */
  public TrainConfigBuilder orderSeed(long value) {
    this.orderSeed = value;
    return this;
  }

  public TrainConfigBuilder logEverySteps(int value) {
    this.logEverySteps = value;
    return this;
  }

  public TrainConfigBuilder checkpointEverySteps(int value) {
    this.checkpointEverySteps = value;
    return this;
  }

  public TrainConfigBuilder keepCheckpoints(int value) {
    this.keepCheckpoints = value;
    return this;
  }

  /** When the run ends before its last step; default {@link Stopping#AT_THE_END}. */
  public TrainConfigBuilder stopping(Stopping value) {
    this.stopping = Objects.requireNonNull(value, "stopping");
    return this;
  }

  /**
   * The settings.
   *
   * @throws IllegalArgumentException if one is out of range; names it
   */
  public TrainConfig build() {
    return new TrainConfig(
        new DictionarySettings(nLatents, variant, task, tied, unitNormDecoder),
        new DataSettings(
            batchRows,
            shuffleBufferRows,
            blockRows,
            orderSeed == null ? seed : orderSeed,
            onNonFinite,
            inputNormalisation == null ? task.defaultNormalisation() : inputNormalisation),
        new SparsitySettings(
            targetL0, sparsityWarmupSteps, kStart, kAnnealSteps, deadAfterTokens, resampling),
        new ScheduleSettings(epochs, totalTokens, schedule(), stopping),
        new OptimiserSettings(updater, precision, beta1, beta2, clipNorm, emaDecay),
        new InitialisationSettings(seed, initialWeights),
        new OutputSettings(logEverySteps, checkpointEverySteps, keepCheckpoints));
  }

  private LearningRate schedule() {
    return new LearningRate(
        learningRate,
        learningRateShape,
        warmupSteps,
        decayStart == null ? learningRateShape.defaultDecayStart() : decayStart,
        finalFraction);
  }
}
