package io.github.sae4j.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How far codes are from a target, and what that says of each code.
 *
 * @param error {@code codes·W + bias − target}, {@code [rows, width]}
 * @param products {@code error·Wᵀ} at the places of the codes, plus the weights of their latents
 * @param squares {@code ‖error‖²} over all entries
 */
public record Residual(INDArray error, Codes products, double squares) {}
