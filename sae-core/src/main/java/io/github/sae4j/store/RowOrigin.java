package io.github.sae4j.store;

/**
 * The text that an activation row came from.
 *
 * @param example index of the text in the dump's list of texts
 * @param token position of the token in the tokenised text, special tokens included
 * @param start the first character of the token in the text (UTF-16 offset)
 * @param end the character after the token's last; equal to {@code start} for special tokens
 */
public record RowOrigin(int example, int token, int start, int end) {}
