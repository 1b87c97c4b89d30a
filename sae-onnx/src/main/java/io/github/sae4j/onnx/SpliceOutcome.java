package io.github.sae4j.onnx;

/**
 * Compares a model's output with and without an intervention.
 *
 * @param name name of the intervention
 * @param cosine mean cosine of a text's two embeddings
 * @param lost mean of 1 − cosine
 * @param fvu fraction of variance unexplained by the spliced-in activations: {@code Σ‖x − x'‖² /
 *     Σ‖x − x̄‖²}
 * @param recoveredOfMean fraction recovered of what splicing in the mean row loses: {@code 1 −
 *     lost/lost(mean)}
 * @param recoveredOfZero fraction recovered of what splicing in zeros loses: {@code 1 −
 *     lost/lost(zero)}
 */
public record SpliceOutcome(
    String name,
    double cosine,
    double lost,
    double fvu,
    double recoveredOfMean,
    double recoveredOfZero) {}
