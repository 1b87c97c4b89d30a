package io.github.sae4j.train;

/**
 * The metrics of a logged step; one line of {@code metrics.jsonl}, in snake case. Losses are
 * averaged over the rows of the batch, in the scale of the network's inputs.
 *
 * @param step steps completed
 * @param tokens rows seen until then
 * @param epoch passes over the source so far
 * @param loss the sum of the next three values
 * @param reconstruction {@code ‖x̂ − x‖²}
 * @param sparsity the variant's penalty
 * @param auxiliary AuxK's loss
 * @param fvu fraction of variance unexplained on this batch: {@code Σ‖x̂ − x‖² / Σ‖x − x̄‖²}, where
 *     x̄ is the batch's mean row
 * @param explainedVariance {@code 1 − fvu}
 * @param l0 mean number of active latents per row
 * @param deadFraction fraction of the latents that count as dead
 * @param sparsitySetting sparsity setting at this step: k, λ or β
 * @param learningRate learning rate at this step
 * @param tokensPerSecond tokens per second since the previous logged step
 * @param seconds training time so far, over all sessions; in a {@link Sweep}, the time of all runs
 *     of a pass together, on which this run's rates are based
 * @param secondsLeft seconds left at the mean rate of this session
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
