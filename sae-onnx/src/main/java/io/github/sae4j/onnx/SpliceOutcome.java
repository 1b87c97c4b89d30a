package io.github.sae4j.onnx;

/**
 * What a model's output is with an intervention, beside what it is without.
 *
 * @param name of the intervention
 * @param cosine of the two embeddings of a text, mean
 * @param lost 1 − cosine, mean
 * @param fvu of the activations that were put in: {@code Σ‖x − x'‖² / Σ‖x − x̄‖²}
 * @param recoveredOfMean share of what the mean row in every place loses that is not lost: {@code 1
 *     − lost/lost(mean)}
 * @param recoveredOfZero the same of zeros
 */
public record SpliceOutcome(
    String name,
    double cosine,
    double lost,
    double fvu,
    double recoveredOfMean,
    double recoveredOfZero) {}
