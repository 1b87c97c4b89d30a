/**
 * Activations made from known features, for counting how many of them a dictionary finds. {@link
 * io.github.sae4j.synthetic.SyntheticFeatures} defines the features, {@link
 * io.github.sae4j.synthetic.SyntheticSource} makes rows of them.
 */
package io.github.sae4j.synthetic;
