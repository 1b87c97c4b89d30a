package io.github.sae4j.eval;

/**
 * A token at which a latent fired.
 *
 * @param start offset of the token's first character in its text
 * @param end offset after its last character; equal to {@code start} for special tokens
 * @param value the latent's activation
 */
public record TokenActivation(int start, int end, float value) {}
