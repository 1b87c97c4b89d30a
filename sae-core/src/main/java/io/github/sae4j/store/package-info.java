/**
 * Activation dumps: sources of rows, alone or joined, readers and the writer, the texts that rows
 * came from, and the order in which training sees them.
 */
package io.github.sae4j.store;
