package io.github.sae4j.variant;

import io.github.sae4j.engine.Selection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * TopK SAE: {@code f = ReLU(TopK_k(h))} (Gao et al. 2024, "Scaling and evaluating sparse
 * autoencoders", arXiv 2406.04093, section 2.3).
 *
 * @param k activations a row
 * @param kAux dead latents that reconstruct the error of a row; 0 turns {@link AuxK} off
 * @param auxCoefficient weight of the auxiliary loss, 1/32 in the paper
 * @param multi whether the reconstruction with 4k activations counts too, with a weight of 1/8
 *     (Multi-TopK, section 5.2)
 */
public record TopK(int k, int kAux, double auxCoefficient, boolean multi) implements KSparse {

  public TopK {
    KSparse.requireValid(k, kAux, auxCoefficient);
  }

  /** Without Multi-TopK. */
  public TopK(int k, int kAux, double auxCoefficient) {
    this(k, kAux, auxCoefficient, false);
  }

  /** With AuxK of half the input's width, as in the paper. */
  public static TopK withAuxK(int k, int nIn) {
    return new TopK(k, KSparse.auxOf(nIn), AUX_COEFFICIENT);
  }

  @Override
  public String name() {
    return "topk";
  }

  @Override
  public Selection selection(SaeParameters p) {
    return new Selection.TopK(k);
  }

  @Override
  public List<AuxiliaryLoss> auxiliaries(SaeParameters p, BitSet dead) {
    List<AuxiliaryLoss> losses = new ArrayList<>(AuxK.of(this, dead));
    if (multi) {
      int more = Math.min(MultiTopK.MORE * k, p.nLatents());
      losses.add(new MultiTopK(more, MultiTopK.WEIGHT));
    }
    return losses;
  }

  @Override
  public TopK withK(int k) {
    return new TopK(k, kAux, auxCoefficient, multi);
  }
}
