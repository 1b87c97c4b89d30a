/**
 * Studies of whether the variants find known features. Every variant, at its own best settings, on
 * synthetic rows of which each feature is known: {@link
 * io.github.sae4j.examples.known.KnownFeatures} is the study, {@link
 * io.github.sae4j.examples.known.Contenders} what takes part.
 */
package io.github.sae4j.examples.known;
