/** A recurrent model of WordNet's glosses, and what SAEs find in its hidden state. */
package io.github.sae4j.examples.language;
