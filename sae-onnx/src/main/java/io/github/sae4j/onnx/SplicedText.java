package io.github.sae4j.onnx;

import java.util.List;

/**
 * What interventions do to one text.
 *
 * @param id of the text
 * @param tokens it has, special tokens included
 * @param rows of it that were replaced
 * @param outcomes of the mean and of zeros, and then of the interventions
 */
public record SplicedText(String id, int tokens, int rows, List<Outcome> outcomes) {

  public SplicedText {
    outcomes = List.copyOf(outcomes);
  }

  /**
   * What an intervention does to the text.
   *
   * @param name of the intervention
   * @param cosine of the text's embeddings with it and without it
   * @param fvu of the text's rows, with the mean of all texts: {@code Σ‖x − x'‖² / Σ‖x − x̄‖²}; NaN
   *     where there is no row
   */
  public record Outcome(String name, double cosine, double fvu) {}
}
