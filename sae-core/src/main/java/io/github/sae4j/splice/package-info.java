/**
 * What a model makes of other activations than its own: reconstructions, and codes that were
 * changed.
 */
package io.github.sae4j.splice;
