/**
 * Codes found by search instead of by an encoder: greedy pursuits over the rows of a decoder. Start
 * at {@link io.github.sae4j.pursuit.Pursuit}.
 */
package io.github.sae4j.pursuit;
