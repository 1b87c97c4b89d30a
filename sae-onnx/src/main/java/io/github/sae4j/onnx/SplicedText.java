package io.github.sae4j.onnx;

import java.util.List;

/**
 * The effects of interventions on one text.
 *
 * @param id id of the text
 * @param tokens number of its tokens, special tokens included
 * @param rows number of its rows that were replaced
 * @param outcomes outcomes of the mean and zero ablations, then of the interventions
 */
public record SplicedText(String id, int tokens, int rows, List<Outcome> outcomes) {

  public SplicedText {
    outcomes = List.copyOf(outcomes);
  }

  /**
   * The effect of an intervention on the text.
   *
   * @param name name of the intervention
   * @param cosine cosine between the text's embeddings with and without it
   * @param fvu fraction of variance unexplained of the text's rows, relative to the mean of all
   *     texts: {@code Σ‖x − x'‖² / Σ‖x − x̄‖²}; NaN if there are no rows
   */
  public record Outcome(String name, double cosine, double fvu) {}
}
