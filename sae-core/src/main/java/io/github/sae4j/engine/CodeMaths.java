package io.github.sae4j.engine;

import java.util.List;

/** Arithmetic on codes of one engine. Results are new codes. */
public interface CodeMaths {

  /** Returns codes in which every entry of a matrix {@code [rows, nLatents]} is active; shared. */
  Codes everyEntry(Tensor matrix);

  /** Returns codes as a matrix {@code [rows, nLatents]}; not a copy if they are stored as one. */
  Tensor matrix(Codes codes);

  /**
   * Returns one row of codes with a 1 for each of some latents.
   *
   * @param like has the precision wanted
   */
  Codes ones(Latents latents, int nLatents, Tensor like);

  /** Returns a rule's results at the same positions. */
  Codes map(Codes codes, EntryRule rule, Inputs inputs);

  /** Like {@link #map}, but may overwrite the codes, which must not be used afterwards. */
  default Codes replace(Codes codes, EntryRule rule, Inputs inputs) {
    return map(codes, rule, inputs);
  }

  /** Returns codes without those that are 0. */
  Codes withoutZeros(Codes codes);

  /** Returns the sum of a rule's results over all active codes, added in order. */
  Later sum(Codes codes, EntryRule rule, Inputs inputs);

  /**
   * Returns the sums of a rule's results over the codes of each latent, added in order, {@code
   * [nLatents]}.
   *
   * @param like has the precision wanted
   */
  Tensor sumByLatent(Codes codes, EntryRule rule, Inputs inputs, Tensor like);

  /**
   * Merges codes of several ranges of latents.
   *
   * @param parts codes with the same rows and width, in ascending order of latent range
   */
  Codes sideBySide(List<Codes> parts);

  /** Returns the number of codes that are not 0. */
  Later nonZeros(Codes codes);

  /** Returns the smallest positive code; NaN if there is none. */
  Later smallestPositive(Codes codes);
}
