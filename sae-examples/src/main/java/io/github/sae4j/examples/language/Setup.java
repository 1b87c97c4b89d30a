package io.github.sae4j.examples.language;

import java.util.List;

/**
 * The sizes of a study.
 *
 * @param vocabulary words of the model, including edge and unknown words
 * @param heldOut glosses at the end of the corpus that are not used for training
 * @param width width of the hidden state
 * @param epochs epochs of the network
 * @param harvested glosses whose hidden states the SAEs are trained on
 * @param latents latents per SAE
 * @param l0 active latents per row, one SAE for each value; latents of the first SAE are shown
 * @param saeEpochs epochs of an SAE
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
  /** Maximum number of words to read per gloss. */
  static final int LONGEST = 48;

  /** The sizes for the whole of WordNet. */
  static final Setup WHOLE = new Setup(4000, 5000, 256, 3, 60_000, 2048, List.of(16, 32, 64), 4);

  Setup {
    l0 = List.copyOf(l0);
  }
}
