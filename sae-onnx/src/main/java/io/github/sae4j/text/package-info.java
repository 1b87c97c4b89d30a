/**
 * Sources of text: plain text and JSON files, directories of them, and WordNet's glosses as a
 * corpus whose texts carry concepts.
 */
package io.github.sae4j.text;
