package io.github.sae4j.examples.language;

import java.util.List;

/**
 * How large everything is.
 *
 * @param vocabulary words of the model, edge and unknown words included
 * @param heldOut glosses at the end of the corpus that nothing is trained on
 * @param width of the hidden state
 * @param epochs of the network
 * @param harvested glosses whose hidden states the SAEs learn
 * @param latents of an SAE
 * @param l0 active latents a row, an SAE each; latents of the first are shown
 * @param saeEpochs of an SAE
 */
record Setup(
    int vocabulary,
    int heldOut,
    int width,
    int epochs,
    int harvested,
    int latents,
    List<Integer> l0,
    int saeEpochs) {
  /** Most words of a gloss that are read. */
  static final int LONGEST = 48;

  /** The whole of WordNet. */
  static final Setup WHOLE = new Setup(4000, 5000, 256, 3, 60_000, 2048, List.of(16, 32, 64), 4);

  Setup {
    l0 = List.copyOf(l0);
  }
}
