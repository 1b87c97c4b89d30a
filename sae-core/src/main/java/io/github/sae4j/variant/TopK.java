package io.github.sae4j.variant;

import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Selection;
import java.util.ArrayList;
import java.util.List;

/**
 * TopK SAE: {@code f = ReLU(TopK_k(h))} (Gao et al. 2024, "Scaling and evaluating sparse
 * autoencoders", arXiv 2406.04093, section 2.3).
 *
 * @param k activations per row
 * @param kAux number of dead latents that reconstruct a row's error; 0 turns {@link AuxK} off
 * @param auxCoefficient weight of the auxiliary loss, 1/32 in the paper
 * @param multi whether to add the reconstruction loss with 4k activations, with a weight of 1/8
 *     (Multi-TopK, section 5.2)
 */
@VariantName("topk")
public record TopK(int k, int kAux, double auxCoefficient, boolean multi) implements KSparse {

  public TopK {
    KSparse.requireValid(k, kAux, auxCoefficient);
  }

  /** Creates a variant without Multi-TopK. */
  public TopK(int k, int kAux, double auxCoefficient) {
    this(k, kAux, auxCoefficient, false);
  }

  /** Returns a variant whose kAux is half the input's width, as in the paper. */
  public static TopK withAuxK(int k, int nIn) {
    return new TopK(k, KSparse.auxOf(nIn), AUX_COEFFICIENT);
  }

  @Override
  public String label() {
    return "TopK, k = " + k;
  }

  @Override
  public Architecture architecture() {
    return Architecture.TOPK;
  }

  @Override
  public Selection selection(Weights p) {
    return new Selection.TopK(k);
  }

  @Override
  public List<AuxiliaryLoss> auxiliaries(Weights p, Latents dead) {
    List<AuxiliaryLoss> losses = new ArrayList<>(AuxK.of(this, dead));
    if (multi) {
      int more = more(p.nLatents());
      losses.add(new MultiTopK(more, MultiTopK.WEIGHT));
    }
    return losses;
  }

  /** Returns the number of activations per row in the Multi-TopK loss. */
  private int more(int nLatents) {
    return Math.min(MultiTopK.MORE * k, nLatents);
  }

  @Override
  public StepMemory stepMemory(int rows, int nLatents) {
    StepMemory memory = KSparse.super.stepMemory(rows, nLatents);
    return multi ? memory.and(1, (long) rows * more(nLatents)) : memory;
  }

  @Override
  public TopK withK(int k) {
    return new TopK(k, kAux, auxCoefficient, multi);
  }
}
