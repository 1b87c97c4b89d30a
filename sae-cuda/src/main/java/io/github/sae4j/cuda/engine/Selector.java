package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.Codes;

/** Selects codes from pre-activations that come in ranges of latents, in ascending order. */
interface Selector {

  /**
   * Reads the pre-activations of some latents.
   *
   * @param pre {@code [rows, ...]}
   * @param column column of pre that has the first of them
   * @param first the first latent
   * @param width number of latents
   */
  void accept(DeviceTensor pre, int column, int first, int width);

  /** Returns the codes after the last range. */
  Codes codes();

  static long at(DeviceTensor pre, int column) {
    return pre.address() + (long) column * Float.BYTES;
  }
}
