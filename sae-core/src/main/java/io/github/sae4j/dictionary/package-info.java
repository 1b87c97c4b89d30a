/** The arrays of an SAE at rest, in ND4J's memory, and as views of one flat array. */
package io.github.sae4j.dictionary;
