/** A convolutional network for clothing, and what SAEs find in its last hidden layer. */
package io.github.sae4j.examples.fashion;
