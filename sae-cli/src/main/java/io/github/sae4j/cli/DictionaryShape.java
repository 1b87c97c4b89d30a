package io.github.sae4j.cli;

import java.util.List;

/**
 * The sizes that a variant's defaults depend on.
 *
 * @param width width of the reconstructed rows, or of a crosscoder's widest source
 * @param nLatents width of the dictionary
 * @param sources widths of a crosscoder's sources; empty for others
 */
record DictionaryShape(int width, int nLatents, List<Integer> sources) {}
