package io.github.sae4j.train;

import io.github.sae4j.product.Precision;
import io.github.sae4j.store.OnNonFinite;
import io.github.sae4j.variant.Variant;
import java.util.Objects;

/**
 * All settings of a training run; {@link TrainConfigBuilder} holds their defaults. A row of
 * activations counts as one token. What a setting means in a run of a given length, {@link
 * TrainPlan} works out.
 *
 * @param nLatents width of the dictionary
 * @param variant what keeps codes sparse
 * @param task what is to be reconstructed
 * @param tied whether the encoder is the decoder transposed, in one piece of memory
 * @param targetL0 activations a row that a controller brings the run to, by the variant's
 *     coefficient ({@link SparsityControl}); 0 where the coefficient is given
 * @param batchRows rows of a step
 * @param epochs passes over the rows, where {@code totalTokens} is 0
 * @param totalTokens length of the run in tokens; 0 for {@code epochs}
 * @param updater how gradients move the parameters
 * @param precision of the encoder's product
 * @param learningRate how fast to learn as the run goes on
 * @param beta1 Adam's decay of the mean gradient
 * @param beta2 Adam's decay of the mean squared gradient
 * @param clipNorm norm of the whole gradient, a mean over the batch, from which it is scaled down
 *     to that norm; 0 for never. It is measured after unit decoder rows have lost their part along
 *     themselves, with every updater
 * @param emaDecay decay of the moving average of the weights, of which the SAE is made at the end
 *     ({@link WeightAverage}); 0 for the weights of the last step
 * @param sparsityWarmupSteps over which λ or β rises from 0; at most a tenth of the run is used
 * @param kStart k of the first step, where k is annealed; 0 for k itself
 * @param kAnnealSteps over which k falls linearly from {@code kStart}
 * @param deadAfterTokens tokens without firing after which a latent counts as dead; 0 for the
 *     default of {@link TrainPlan}
 * @param resampling when dead latents are given new weights
 * @param unitNormDecoder whether decoder rows are kept at norm 1
 * @param initialWeights where training starts
 * @param inputNormalisation what is done to activations in training
 * @param shuffleBufferRows rows of the shuffle buffer; 0 for the default of {@link TrainPlan}
 * @param blockRows consecutive rows that are read together
 * @param onNonFinite what to do with rows that hold NaN or infinity
 * @param seed of the initialisation
 * @param orderSeed of the order of the rows; runs that have it in common can learn from one stream
 * @param logEverySteps steps between metrics
 * @param checkpointEverySteps steps between checkpoints
 * @param keepCheckpoints checkpoints that are kept, the newest ones
 * @param stopping when the run ends before its last step
 */
public record TrainConfig(
    int nLatents,
    Variant variant,
    Task task,
    boolean tied,
    double targetL0,
    int batchRows,
    double epochs,
    long totalTokens,
    Updater updater,
    Precision precision,
    LearningRate learningRate,
    double beta1,
    double beta2,
    double clipNorm,
    double emaDecay,
    int sparsityWarmupSteps,
    int kStart,
    int kAnnealSteps,
    long deadAfterTokens,
    Resampling resampling,
    boolean unitNormDecoder,
    InitialWeights initialWeights,
    InputNormalisation inputNormalisation,
    int shuffleBufferRows,
    int blockRows,
    OnNonFinite onNonFinite,
    long seed,
    long orderSeed,
    int logEverySteps,
    int checkpointEverySteps,
    int keepCheckpoints,
    Stopping stopping) {

  public TrainConfig {
    Objects.requireNonNull(variant, "variant");
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(updater, "updater");
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(learningRate, "learningRate");
    Objects.requireNonNull(resampling, "resampling");
    Objects.requireNonNull(initialWeights, "initialWeights");
    Objects.requireNonNull(inputNormalisation, "inputNormalisation");
    Objects.requireNonNull(onNonFinite, "onNonFinite");
    Objects.requireNonNull(stopping, "stopping");
    requireAtLeast("--latents", nLatents, 1);
    variant.requireFits(nLatents);
    require(
        targetL0 >= 0 && targetL0 <= nLatents,
        "--target-l0 must lie between 0 and the number of latents, " + nLatents,
        targetL0);
    if (targetL0 > 0 && !variant.hasCoefficient()) {
      throw new IllegalArgumentException(
          "--target-l0 is for variants with a coefficient, but the variant is " + variant.name());
    }
    requireAtLeast("--batch", batchRows, 1);
    require(epochs > 0 && Double.isFinite(epochs), "--epochs must be positive", epochs);
    requireAtLeast("--tokens", totalTokens, 0);
    require(beta1 >= 0 && beta1 < 1, "beta1 must be at least 0 and less than 1", beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2 must be at least 0 and less than 1", beta2);
    require(clipNorm >= 0 && Double.isFinite(clipNorm), "--clip-norm must be at least 0", clipNorm);
    require(
        emaDecay >= 0 && emaDecay < 1, "--ema-decay must be at least 0 and less than 1", emaDecay);
    requireAtLeast("--sparsity-warmup-steps", sparsityWarmupSteps, 0);
    requireAtLeast("--k-anneal-steps", kAnnealSteps, 0);
    requireKStart(kStart, variant, nLatents);
    requireAtLeast("--dead-after", deadAfterTokens, 0);
    initialWeights.requireFits(variant, unitNormDecoder);
    if (resampling.enabled() && !variant.canDie()) {
      throw new IllegalArgumentException(
          "--resample-every is not for %s, whose latents never die".formatted(variant.name()));
    }
    if (task == Task.CROSSCODER && inputNormalisation == InputNormalisation.LAYER_NORM) {
      throw new IllegalArgumentException("a crosscoder cannot have layer norm of its inputs");
    }
    if (task.isTranscoder()) {
      requireTranscoder(variant, tied, resampling, inputNormalisation);
    }
    requireAtLeast("blockRows", blockRows, 1);
    require(
        shuffleBufferRows == 0 || shuffleBufferRows >= blockRows,
        "--shuffle-buffer-rows must be at least %d, the rows that are read together"
            .formatted(blockRows),
        shuffleBufferRows);
    requireAtLeast("--log-every", logEverySteps, 1);
    requireAtLeast("--checkpoint-every", checkpointEverySteps, 1);
    requireAtLeast("--keep-checkpoints", keepCheckpoints, 1);
  }

  /** The defaults for a dictionary of this width. */
  public static TrainConfigBuilder builder(int nLatents, Variant variant) {
    return new TrainConfigBuilder(nLatents, variant);
  }

  /** These settings with others of what depends on the rows. */
  TrainConfig with(LearningRate rate, InputNormalisation normalisation) {
    return new TrainConfig(
        nLatents,
        variant,
        task,
        tied,
        targetL0,
        batchRows,
        epochs,
        totalTokens,
        updater,
        precision,
        rate,
        beta1,
        beta2,
        clipNorm,
        emaDecay,
        sparsityWarmupSteps,
        kStart,
        kAnnealSteps,
        deadAfterTokens,
        resampling,
        unitNormDecoder,
        initialWeights,
        normalisation,
        shuffleBufferRows,
        blockRows,
        onNonFinite,
        seed,
        orderSeed,
        logEverySteps,
        checkpointEverySteps,
        keepCheckpoints,
        stopping);
  }

  /** These settings where what they leave to the rows is as it was settled for another run. */
  TrainConfig settledAs(TrainConfig other) {
    boolean byLength = learningRate.peak() == LearningRate.BY_LENGTH;
    LearningRate rate = byLength ? learningRate.withPeak(other.learningRate.peak()) : learningRate;
    boolean same =
        inputNormalisation == InputNormalisation.AUTO && other.inputNormalisation.isAutomatic();
    return with(rate, same ? other.inputNormalisation : inputNormalisation);
  }

  /**
   * Activations a row that the dictionary is to have when it is used; 0 where none are asked for.
   */
  public double wantedL0() {
    if (targetL0 > 0) {
      return targetL0;
    }
    return variant.wantedL0().orElse(0);
  }

  private static void requireTranscoder(
      Variant variant, boolean tied, Resampling resampling, InputNormalisation normalisation) {
    String reason =
        tied
            ? "tied weights"
            : resampling.enabled()
                ? "resampling"
                : normalisation == InputNormalisation.LAYER_NORM
                    ? "layer norm of its inputs"
                    : !variant.sources().isEmpty() ? "sources, which are a crosscoder's" : null;
    if (reason != null) {
      throw new IllegalArgumentException("a transcoder cannot have " + reason);
    }
  }

  private static void requireKStart(int kStart, Variant variant, int nLatents) {
    if (kStart == 0) {
      return;
    }
    int k =
        variant
            .fixedK()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "--k-start is for variants that have a k, but the variant is "
                            + variant.name()));
    require(
        kStart >= k && kStart <= nLatents,
        "--k-start must lie between --k, %d, and the number of latents, %d".formatted(k, nLatents),
        kStart);
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
