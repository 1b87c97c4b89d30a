package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.SourcePart;
import io.github.sae4j.variant.ParameterLayout.Form;
import java.util.List;

/** What a dictionary is to reconstruct. */
public enum Task {
  /** Its input. A crosscoder is one whose rows are those of several sources side by side. */
  AUTOENCODER,
  /**
   * Another tensor than its input (Dunefsky et al. 2024, "Transcoders find interpretable LLM
   * feature circuits", arXiv 2406.11944): rows have two parts, the input and the target.
   */
  TRANSCODER,
  /**
   * The same with a linear part beside the latents (Paulo et al. 2025, "Transcoders beat sparse
   * autoencoders for interpretability", arXiv 2501.18823).
   */
  SKIP_TRANSCODER;

  /** Whether input and target are different tensors. */
  public boolean isTranscoder() {
    return this != AUTOENCODER;
  }

  /**
   * What is done to inputs unless somebody says otherwise. A transcoder's encoder does not take
   * b_dec away: the mean row would have the same few latents win everywhere, and most die.
   */
  InputNormalisation defaultNormalisation() {
    return isTranscoder() ? InputNormalisation.CENTRE_UNIT : InputNormalisation.UNIT;
  }

  /** How encoder and decoder belong together. */
  Form form(boolean tied) {
    return switch (this) {
      case AUTOENCODER -> tied ? Form.TIED : Form.AUTOENCODER;
      case TRANSCODER -> Form.TRANSCODER;
      case SKIP_TRANSCODER -> Form.SKIP_TRANSCODER;
    };
  }

  /**
   * Where input and target lie in rows of a source.
   *
   * @throws IllegalArgumentException if this is a transcoder and the rows are not of two parts
   */
  RowParts parts(ActivationSource source) {
    if (!isTranscoder()) {
      return new RowParts(source.width(), 0);
    }
    List<SourcePart> parts = source.parts();
    if (parts.size() != 2) {
      throw new IllegalArgumentException(
          "a transcoder needs rows of two parts, input and target, but those of %s have %d"
              .formatted(source.description(), parts.size()));
    }
    return new RowParts(parts.get(0).width(), parts.get(1).width());
  }
}
