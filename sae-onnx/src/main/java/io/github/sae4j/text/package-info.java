/**
 * Where texts come from: files, directories and JSON Lines, and WordNet's glosses as a corpus whose
 * texts carry concepts.
 */
package io.github.sae4j.text;
