package io.github.sae4j.dashboard;

import java.util.Objects;

/**
 * The model and training that a report is about. Unknown strings are empty and unknown numbers 0.
 *
 * @param model name of the model
 * @param tensor name of the tensor in the model
 * @param variant the SAE's variant and sparsity in readable form, such as {@code TopK, k = 32}
 * @param nIn number of values per activation row
 * @param nLatents number of latents
 * @param tokens rows seen in training, counting every pass
 * @param heldOut whether the evaluated rows were held out from training
 */
public record ReportHeader(
    String model,
    String tensor,
    String variant,
    int nIn,
    int nLatents,
    long tokens,
    boolean heldOut) {

  public ReportHeader {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(tensor, "tensor");
    Objects.requireNonNull(variant, "variant");
    if (tokens < 0) {
      throw new IllegalArgumentException("tokens must not be negative, got " + tokens);
    }
  }
}
