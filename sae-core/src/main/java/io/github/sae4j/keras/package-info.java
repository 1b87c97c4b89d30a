/**
 * Layers of Keras models that DL4J's import does not know; needs deeplearning4j-modelimport on the
 * class path.
 */
package io.github.sae4j.keras;
