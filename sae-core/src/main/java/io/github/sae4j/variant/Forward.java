package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the forward pass leaves for the backward pass.
 *
 * @param centred {@code x − b_dec}, {@code [rows, nIn]}
 * @param codes {@code [rows, nLatents]}
 */
public record Forward(INDArray centred, Codes codes) {}
