package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Matryoshka SAE: nested dictionaries, each a prefix of the latents, all reconstruct the input, so
 * the first latents learn general features and later ones specific features, which avoids feature
 * absorption (Bussmann et al. 2025, "Learning multi-level features with Matryoshka sparse
 * autoencoders", arXiv 2503.17547, section 3). Over a batch of codes f of {@link TopK} or {@link
 * BatchTopK}:
 *
 * <pre>L = Σₘ ‖x − (f₁..ₘ·W₁..ₘ + b_dec)‖²     m over the prefixes, averaged over rows</pre>
 *
 * @param inner how codes are selected
 * @param prefixes lengths of the prefixes, ascending; the last is the whole dictionary
 * @param sampled whether each step redraws all but the last prefix (keeping their number, except
 *     that duplicates count once) from the distribution {@code P(m ≥ t) = t^(−½)}, truncated at the
 *     last; outside training, the given prefixes apply
 */
@VariantName("matryoshka")
public record Matryoshka(KSparse inner, List<Integer> prefixes, boolean sampled)
    implements KSparse {
  /** Prefixes of {@link #of} as fractions of the dictionary, each half the next. */
  private static final double[] FRACTIONS = {1 / 16.0, 1 / 8.0, 1 / 4.0, 1 / 2.0, 1};

  public Matryoshka {
    Objects.requireNonNull(inner, "inner");
    if (!(inner instanceof TopK || inner instanceof BatchTopK)) {
      throw new IllegalArgumentException(
          "a Matryoshka SAE must select by topk or batch-topk, got " + inner.name());
    }
    if (inner instanceof TopK topK && topK.multi()) {
      throw new IllegalArgumentException(
          "--multi-topk cannot be combined with a Matryoshka SAE, whose prefixes share one k");
    }
    prefixes = List.copyOf(prefixes);
    if (prefixes.isEmpty() || prefixes.get(0) < 1) {
      throw new IllegalArgumentException("--prefixes must be at least 1, got " + prefixes);
    }
    for (int i = 1; i < prefixes.size(); i++) {
      if (prefixes.get(i) <= prefixes.get(i - 1)) {
        throw new IllegalArgumentException("--prefixes must ascend, got " + prefixes);
      }
    }
  }

  /** Returns an SAE with prefixes of 1/16, 1/8, 1/4, 1/2 and all of the latents. */
  public static Matryoshka of(KSparse inner, int nLatents) {
    TreeSet<Integer> lengths = new TreeSet<>();
    for (double fraction : FRACTIONS) {
      lengths.add(Math.max(1, (int) (fraction * nLatents)));
    }
    return new Matryoshka(inner, List.copyOf(lengths), false);
  }

  @Override
  public String label() {
    return "Matryoshka of " + inner.label();
  }

  @Override
  public Architecture architecture() {
    return inner.architecture();
  }

  @Override
  public Variant inUse() {
    return inner.inUse();
  }

  @Override
  public OptionalDouble wantedL0() {
    return inner.wantedL0();
  }

  /** Returns one half: prefixes compete, and at higher rates latents die. */
  @Override
  public double learningRateFactor(int nLatents, boolean transcoder) {
    return .5;
  }

  /** Counts one error per prefix and one for no latents. */
  @Override
  public StepMemory stepMemory(int rows, int nLatents) {
    return inner.stepMemory(rows, nLatents).and(prefixes.size(), 0);
  }

  @Override
  public int k() {
    return inner.k();
  }

  @Override
  public int kAux() {
    return inner.kAux();
  }

  @Override
  public double auxCoefficient() {
    return inner.auxCoefficient();
  }

  @Override
  public List<Extra> extras() {
    return inner.extras();
  }

  @Override
  public Selection selection(Weights p) {
    return inner.selection(p);
  }

  @Override
  public Selection inference(Weights p) {
    return inner.inference(p);
  }

  @Override
  public void observe(Codes codes, Weights p, Engine engine) {
    inner.observe(codes, p, engine);
  }

  /**
   * Latents between two prefixes contribute only to the longer ones, so the gradient at their codes
   * comes from the sum of those errors, and every latent is decoded once.
   */
  @Override
  public Residual reconstruct(
      Codes codes, Tensor target, Tensor weights, Weights p, Engine engine, GradientSum gradients) {
    List<Codes> parts = new ArrayList<>();
    List<Tensor> errors = new ArrayList<>();
    Later squares = Later.of(0);
    Tensor empty = engine.scaled(target, -1); // the error of no latents
    engine.addToRows(empty, p.bDec());
    Tensor error = empty;
    for (int length : prefixes) {
      int from = parts.isEmpty() ? 0 : prefixes.get(parts.size() - 1);
      Codes part = codes.slice(from, length);
      Tensor longer = engine.decode(part, p.decoder());
      engine.add(longer, error);
      error = longer;
      squares = squares.plus(engine.squares(error));
      parts.add(part);
      errors.add(error);
    }
    empty.close();
    List<Codes> products = new ArrayList<>();
    for (int m = parts.size() - 1; m >= 0; m--) {
      Tensor sum = errors.get(m); // sum of the errors of this prefix and all longer ones
      if (m < parts.size() - 1) {
        engine.add(sum, errors.get(m + 1));
      }
      gradients.addDecoder(parts.get(m), sum, 2);
      products.add(0, engine.sampledProduct(sum, p.decoder(), parts.get(m)));
    }
    gradients.addReconstruction(errors.get(0), 2);
    return new Residual(error, engine.sideBySide(products), squares);
  }

  /** Draws the prefix lengths of a step, if they are sampled. */
  @Override
  public Matryoshka at(long step, double progress) {
    if (!sampled) {
      return this;
    }
    int longest = prefixes.get(prefixes.size() - 1);
    SplittableRandom random = new SplittableRandom(step);
    TreeSet<Integer> lengths = new TreeSet<>(List.of(longest));
    for (int i = 1; i < prefixes.size(); i++) {
      // P(m ≥ t) = (t^(−½) − least)/(1 − least)
      double least = 1 / Math.sqrt(longest);
      double tail = least + (1 - least) * random.nextDouble();
      lengths.add((int) Math.min(longest, Math.max(1, Math.floor(1 / (tail * tail)))));
    }
    return new Matryoshka(inner, List.copyOf(lengths), true);
  }

  @Override
  public Matryoshka withK(int k) {
    return new Matryoshka(inner.withK(k), prefixes, sampled);
  }

  @Override
  public void requireFits(int nLatents) {
    inner.requireFits(nLatents);
    int longest = prefixes.get(prefixes.size() - 1);
    if (longest != nLatents) {
      throw new IllegalArgumentException(
          "--prefixes must end with all %d latents, got %d".formatted(nLatents, longest));
    }
  }
}
