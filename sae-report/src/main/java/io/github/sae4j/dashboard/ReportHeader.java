package io.github.sae4j.dashboard;

import java.util.Objects;

/**
 * What was trained on what. Strings are empty and numbers 0 where it is not known.
 *
 * @param model name of the model
 * @param tensor name of the tensor in the model
 * @param variant the SAE's variant and sparsity, for people: {@code TopK, k = 32}
 * @param nIn values in an activation row
 * @param nLatents latents of the dictionary
 * @param tokens rows seen in training, every pass counted
 * @param heldOut whether the evaluated rows were kept out of training
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
