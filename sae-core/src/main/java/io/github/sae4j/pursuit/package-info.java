/**
 * Finds codes by search instead of by an encoder, with greedy pursuits over the rows of a decoder.
 * Start with {@link io.github.sae4j.pursuit.Pursuit}.
 */
package io.github.sae4j.pursuit;
