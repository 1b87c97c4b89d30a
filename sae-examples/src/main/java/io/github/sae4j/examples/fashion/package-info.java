/** A convolutional network of clothing, and what an SAE finds in its last hidden layer. */
package io.github.sae4j.examples.fashion;
