/** Classifiers on few latents, beside classifiers on the activations themselves. */
package io.github.sae4j.apply.probe;
