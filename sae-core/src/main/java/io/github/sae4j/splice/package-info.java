/** Runs a model with activations other than its own, such as reconstructions or edited codes. */
package io.github.sae4j.splice;
