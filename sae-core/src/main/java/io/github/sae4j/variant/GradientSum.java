package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Accumulates the terms of a loss's gradient. */
public final class GradientSum {
  private final Engine engine;
  private final Tensor centred;
  private final boolean skips;
  private final List<FactoredGradient.Term> encoder = new ArrayList<>();
  private final List<FactoredGradient.Term> decoder = new ArrayList<>();
  private final Map<String, Tensor> more = new LinkedHashMap<>();
  private Tensor preActivations; // Σ over the rows of ∂L/∂h
  private Tensor bEnc;
  private Tensor bDec;
  private FactoredGradient.Term reconstruction; // the last one; nothing is known about its codes

  /**
   * @param centred the encoder's input, {@code [rows, nIn]}
   * @param skips whether W_skip is among the parameters
   */
  GradientSum(Engine engine, Tensor centred, boolean skips) {
    this.engine = engine;
    this.centred = centred;
    this.skips = skips;
  }

  /** Adds to W_dec the gradient of codes whose decoded output has gradient {@code scale·y}. */
  void addDecoder(Codes codes, Tensor y, Later scale) {
    decoder.add(new FactoredGradient.Term(codes, y, scale));
  }

  /** Calls {@link #addDecoder(Codes, Tensor, Later)} with a scale that is known. */
  void addDecoder(Codes codes, Tensor y, double scale) {
    addDecoder(codes, y, Later.of(scale));
  }

  /**
   * Adds to b_dec, and to W_skip if there is one, a gradient {@code scale·y} at the reconstruction.
   */
  void addReconstruction(Tensor y, double scale) {
    Tensor sums = engine.columnSums(y);
    engine.scale(sums, scale);
    bDec = plus(bDec, sums);
    reconstruction = new FactoredGradient.Term(null, y, scale);
    if (skips) {
      Tensor product = engine.undefined(centred.width(), y.width(), y);
      engine.accumulate(engine.everyEntry(centred), y, product, false);
      engine.scale(product, scale);
      add(ParameterLayout.SKIP, product);
    }
  }

  /**
   * Adds the gradients that {@link Variant#reconstruct} added to another sum, times {@code factor}.
   *
   * @param other must not be used afterwards
   */
  void addReconstructions(GradientSum other, double factor) {
    for (FactoredGradient.Term term : other.decoder) {
      addDecoder(term.codes(), term.y(), term.scale().times(factor));
    }
    engine.scale(other.bDec, factor);
    bDec = plus(bDec, other.bDec);
  }

  /** Discards what {@link Variant#reconstruct} has added. */
  void releaseReconstructions() {
    decoder.forEach(term -> term.y().close());
    Tensor.closeIfPresent(bDec);
  }

  /** Returns the gradient at the output of {@link Variant#reconstruct}, {@code [rows, nOut]}. */
  Tensor atTarget() {
    return engine.scaled(reconstruction.y(), reconstruction.scale().times(-1));
  }

  /** Adds to W_enc, b_enc and b_dec a gradient {@code scale·dPre} at the pre-activations. */
  void addEncoder(Codes dPre, Later scale) {
    Tensor sums = addEncoderTerm(dPre, scale);
    preActivations = plus(preActivations, engine.copy(sums));
    bEnc = plus(bEnc, sums);
  }

  /** Calls {@link #addEncoder(Codes, Later)} with a scale that is known. */
  void addEncoder(Codes dPre, double scale) {
    addEncoder(dPre, Later.of(scale));
  }

  private Tensor addEncoderTerm(Codes dPre, Later scale) {
    encoder.add(new FactoredGradient.Term(dPre, centred, scale));
    Tensor sums = engine.latentSums(dPre);
    engine.scale(sums, scale);
    return sums;
  }

  /** Does the same as {@link #addEncoder}, but leaves out b_enc. */
  void addEncoderWeights(Codes dPre, double scale) {
    preActivations = plus(preActivations, addEncoderTerm(dPre, Later.of(scale)));
  }

  /**
   * Adds a gradient at the pre-activations that is the same in all rows.
   *
   * @param oneRow the gradient of each row, before multiplication by {@code scale}
   */
  void addToEveryRow(Codes oneRow, double scale) {
    encoder.add(new FactoredGradient.Term(oneRow, engine.columnSums(centred), scale));
    Tensor sums = engine.latentSums(oneRow);
    engine.scale(sums, scale * centred.rows());
    preActivations = plus(preActivations, engine.copy(sums));
    bEnc = plus(bEnc, sums);
  }

  /** Returns the sum of all pre-activations over the rows, {@code [nLatents]}. */
  Tensor preActivationSums(Weights p) {
    return engine.affine(
        engine.columnSums(centred), p.encoder(), engine.scaled(p.bEnc(), (double) centred.rows()));
  }

  /** Adds the gradient of one of the variant's own parameters. */
  void add(String key, Tensor gradient) {
    more.put(key, plus(more.get(key), gradient));
  }

  /** Returns the gradient with respect to the encoder's input, {@code [rows, nIn]}. */
  Tensor atInput(Weights p) {
    Tensor sum = engine.filledLike(centred, 0);
    for (FactoredGradient.Term term : encoder) {
      Tensor part = engine.decode(term.codes(), p.encoder());
      engine.scale(part, term.scale());
      engine.add(sum, part);
    }
    return sum;
  }

  /**
   * Returns the accumulated sum.
   *
   * @param alongDecoderOrNull part of W_dec's gradient along its rows, or null
   */
  SaeGradients end(Weights p, FactoredGradient.Along alongDecoderOrNull) {
    Tensor toBDec = bDec == null ? engine.filledLike(p.bDec(), 0) : bDec;
    if (p.subtractsDecoderBias() && preActivations != null) {
      engine.subtract(toBDec, engine.combineRows(preActivations, p.encoder()));
    }
    Tensor.closeIfPresent(preActivations);
    Tensor toBEnc = bEnc == null ? engine.filledLike(p.bEnc(), 0) : bEnc;
    if (!p.isTied()) {
      return new SaeGradients(
          FactoredGradient.of(encoder),
          toBEnc,
          new FactoredGradient(decoder, alongDecoderOrNull),
          toBDec,
          more);
    }
    List<FactoredGradient.Term> both = new ArrayList<>(decoder);
    both.addAll(encoder);
    return new SaeGradients(
        null, toBEnc, new FactoredGradient(both, alongDecoderOrNull), toBDec, more);
  }

  private Tensor plus(Tensor sum, Tensor more) {
    if (sum == null) {
      return more;
    }
    engine.add(sum, more);
    more.close();
    return sum;
  }
}
