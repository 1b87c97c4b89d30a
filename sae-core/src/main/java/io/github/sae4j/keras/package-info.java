/**
 * Layers of Keras models that DL4J's importer does not support. Requires deeplearning4j-modelimport
 * on the class path.
 */
package io.github.sae4j.keras;
