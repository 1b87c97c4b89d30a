package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.SourcePart;
import io.github.sae4j.variant.ParameterLayout.Form;
import java.util.List;

/** What a dictionary is to reconstruct. */
public enum Task {
  /** Its input. */
  AUTOENCODER,
  /**
   * Its input, rows of several layers or models side by side, each of which is scaled by itself
   * (Lindsey et al. 2024, "Sparse crosscoders for cross-layer features and model diffing"). With
   * {@link io.github.sae4j.variant.ReluL1#sources} activations are weighed by the norms of each
   * source's decoder, without by that of the whole.
   */
  CROSSCODER,
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
    return this == TRANSCODER || this == SKIP_TRANSCODER;
  }

  /**
   * What is done to inputs by default. A transcoder's encoder does not take b_dec away: the mean
   * row would have the same few latents win everywhere, and most die. Of a crosscoder's sources,
   * one with a large mean would have less variance to be learnt than others.
   */
  InputNormalisation defaultNormalisation() {
    return this == AUTOENCODER ? InputNormalisation.AUTO : InputNormalisation.CENTRE_UNIT;
  }

  /** How encoder and decoder belong together. */
  Form form(boolean tied) {
    return switch (this) {
      case AUTOENCODER, CROSSCODER -> tied ? Form.TIED : Form.AUTOENCODER;
      case TRANSCODER -> Form.TRANSCODER;
      case SKIP_TRANSCODER -> Form.SKIP_TRANSCODER;
    };
  }

  /**
   * What rows of a source consist of.
   *
   * @throws IllegalArgumentException if this is a transcoder and the rows are not of two parts, or
   *     a crosscoder and they are of one
   */
  RowParts parts(ActivationSource source) {
    if (this == AUTOENCODER) {
      return RowParts.whole(source.width());
    }
    List<SourcePart> parts = source.parts();
    if (isTranscoder() ? parts.size() != 2 : parts.size() < 2) {
      throw new IllegalArgumentException(
          "a %s, but those of %s have %d"
              .formatted(
                  isTranscoder()
                      ? "transcoder needs rows of two parts, input and target"
                      : "crosscoder needs rows of several parts",
                  source.description(),
                  parts.size()));
    }
    List<Integer> widths = parts.stream().map(SourcePart::width).toList();
    return isTranscoder()
        ? RowParts.inputAndTarget(widths.get(0), widths.get(1))
        : RowParts.sources(widths);
  }
}
