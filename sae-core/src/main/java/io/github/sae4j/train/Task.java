package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.SourcePart;
import io.github.sae4j.variant.ParameterLayout.Form;
import java.util.List;

/** What a dictionary reconstructs. */
public enum Task {
  /** Its input. */
  AUTOENCODER,
  /**
   * Its input, concatenated rows of several layers or models, each scaled separately (Lindsey et
   * al. 2024, "Sparse crosscoders for cross-layer features and model diffing"). With {@link
   * io.github.sae4j.variant.ReluL1#sources}, activations are weighted by the norms of each source's
   * decoder, otherwise by that of the whole decoder.
   */
  CROSSCODER,
  /**
   * A tensor other than its input (Dunefsky et al. 2024, "Transcoders find interpretable LLM
   * feature circuits", arXiv 2406.11944): rows have two parts, the input and the target.
   */
  TRANSCODER,
  /**
   * Like a transcoder, with a linear part in addition to the latents (Paulo et al. 2025,
   * "Transcoders beat sparse autoencoders for interpretability", arXiv 2501.18823).
   */
  SKIP_TRANSCODER;

  /** Returns whether input and target are different tensors. */
  public boolean isTranscoder() {
    return this == TRANSCODER || this == SKIP_TRANSCODER;
  }

  /**
   * Returns the default normalisation of inputs. A transcoder's encoder does not subtract b_dec:
   * with the mean row, the same few latents would win everywhere, and most would die. In a
   * crosscoder, a source with a large mean would have less variance to learn than others.
   */
  InputNormalisation defaultNormalisation() {
    return this == AUTOENCODER ? InputNormalisation.AUTO : InputNormalisation.CENTRE_UNIT;
  }

  /** Returns the relation of encoder and decoder. */
  Form form(boolean tied) {
    return switch (this) {
      case AUTOENCODER, CROSSCODER -> tied ? Form.TIED : Form.AUTOENCODER;
      case TRANSCODER -> Form.TRANSCODER;
      case SKIP_TRANSCODER -> Form.SKIP_TRANSCODER;
    };
  }

  /**
   * Returns the parts of a source's rows.
   *
   * @throws IllegalArgumentException if this is a transcoder and the rows do not have two parts, or
   *     a crosscoder and they have only one
   */
  RowParts parts(ActivationSource source) {
    if (this == AUTOENCODER) {
      return RowParts.whole(source.width());
    }
    List<SourcePart> parts = source.parts();
    if (isTranscoder() ? parts.size() != 2 : parts.size() < 2) {
      throw new IllegalArgumentException(
          "a %s, got %d from %s"
              .formatted(
                  isTranscoder()
                      ? "transcoder needs rows with two parts, input and target"
                      : "crosscoder needs rows with several parts",
                  parts.size(),
                  source.description()));
    }
    List<Integer> widths = parts.stream().map(SourcePart::width).toList();
    return isTranscoder()
        ? RowParts.inputAndTarget(widths.get(0), widths.get(1))
        : RowParts.sources(widths);
  }
}
