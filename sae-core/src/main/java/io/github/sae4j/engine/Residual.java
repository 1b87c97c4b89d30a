package io.github.sae4j.engine;

/**
 * The reconstruction error of codes, and the products that give each code's gradient.
 *
 * @param error {@code codes·W + bias − target}, {@code [rows, width]}
 * @param products {@code error·Wᵀ} at the positions of the codes, plus the weights of their latents
 * @param squares {@code ‖error‖²}, summed over all entries
 */
public record Residual(Tensor error, Codes products, Later squares) {}
