package io.github.sae4j.train;

/**
 * What a logged step looked like; one line of {@code metrics.jsonl}, in snake case. Losses are
 * means over the rows of the batch, in the scale of the inputs that the network sees.
 *
 * @param step steps that are done
 * @param tokens rows seen until then
 * @param epoch passes over the source until then
 * @param loss the sum of the next three
 * @param reconstruction {@code ‖x̂ − x‖²}
 * @param sparsity the variant's penalty
 * @param auxiliary AuxK's loss
 * @param fvu fraction of variance unexplained at this batch: {@code Σ‖x̂ − x‖² / Σ‖x − x̄‖²}, with
 *     x̄ the mean row of the batch
 * @param explainedVariance {@code 1 − fvu}
 * @param l0 mean number of active latents a row
 * @param deadFraction fraction of the latents that count as dead
 * @param sparsitySetting what asks for sparsity at this step: k, λ or β
 * @param learningRate at this step
 * @param tokensPerSecond since the logged step before
 * @param seconds of training until then, over all sessions; in a {@link Sweep} the clock is that of
 *     all runs of a pass together, and rates are this run's by that clock
 * @param secondsLeft until the end at the mean rate of this session
 */
public record TrainMetrics(
    long step,
    long tokens,
    double epoch,
    double loss,
    double reconstruction,
    double sparsity,
    double auxiliary,
    double fvu,
    double explainedVariance,
    double l0,
    double deadFraction,
    double sparsitySetting,
    double learningRate,
    double tokensPerSecond,
    double seconds,
    double secondsLeft) {}
