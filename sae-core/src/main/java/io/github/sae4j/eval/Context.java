package io.github.sae4j.eval;

import java.util.List;

/**
 * A text in which a latent fires.
 *
 * @param text index of the text among the texts studied
 * @param activation the latent's largest activation over the text's tokens
 * @param tokens the tokens at which it fired, in text order
 */
public record Context(int text, float activation, List<TokenActivation> tokens) {

  public Context {
    tokens = List.copyOf(tokens);
  }
}
