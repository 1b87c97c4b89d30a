package io.github.sae4j.engine;

/**
 * The loss {@code c·Σ ReLU(θ − h)} of some latents over a batch, which pulls pre-activations h up
 * to their thresholds θ ({@link Engine#pullToThresholds}).
 *
 * @param sum {@code Σ ReLU(θ − h)} over rows and latents
 * @param toThresholds the loss's gradient with respect to θ, {@code [nLatents]}
 * @param above c wherever a pre-activation exceeds its threshold: the part of the gradient with
 *     respect to h that a gradient of −c everywhere has too much
 */
public record ThresholdPull(Later sum, Tensor toThresholds, Codes above) {}
