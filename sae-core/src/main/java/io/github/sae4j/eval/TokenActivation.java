package io.github.sae4j.eval;

/**
 * A token at which a latent fired.
 *
 * @param start first character of the token in its text
 * @param end character after the last; equal to {@code start} for special tokens
 * @param value the latent's activation
 */
public record TokenActivation(int start, int end, float value) {}
