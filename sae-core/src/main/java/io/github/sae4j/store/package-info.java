/**
 * Activation dumps: row sources, single or joined, their readers and writer, the texts that rows
 * came from, and the order in which training sees them.
 */
package io.github.sae4j.store;
