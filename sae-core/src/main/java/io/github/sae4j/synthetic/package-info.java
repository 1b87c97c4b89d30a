/**
 * Activations whose features are known: what a dictionary should find in them can be counted.
 * {@link io.github.sae4j.synthetic.SyntheticFeatures} says which features there are, {@link
 * io.github.sae4j.synthetic.SyntheticSource} makes rows of them.
 */
package io.github.sae4j.synthetic;
