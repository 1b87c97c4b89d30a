package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.DenseCodes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.FactoredGradient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Accumulates the terms of a loss's gradient. */
public final class GradientSum {
  private final Engine engine;
  private final INDArray centred;
  private final boolean skips;
  private final List<FactoredGradient.Term> encoder = new ArrayList<>();
  private final List<FactoredGradient.Term> decoder = new ArrayList<>();
  private final Map<String, INDArray> more = new LinkedHashMap<>();
  private INDArray preActivations; // Σ over the rows of ∂L/∂h
  private INDArray bEnc;
  private INDArray bDec;
  private FactoredGradient.Term reconstruction; // the last one; nothing is known about its codes

  /**
   * @param centred the encoder's input, {@code [rows, nIn]}
   * @param skips whether W_skip is among the parameters
   */
  GradientSum(Engine engine, INDArray centred, boolean skips) {
    this.engine = engine;
    this.centred = centred;
    this.skips = skips;
  }

  /** Adds to W_dec the gradient of codes whose decoded output has gradient {@code scale·y}. */
  void addDecoder(Codes codes, INDArray y, double scale) {
    decoder.add(new FactoredGradient.Term(codes, y, scale));
  }

  /**
   * Adds to b_dec, and to W_skip if there is one, a gradient {@code scale·y} at the reconstruction.
   */
  void addReconstruction(INDArray y, double scale) {
    bDec = plus(bDec, engine.columnSums(y).muli(scale));
    reconstruction = new FactoredGradient.Term(null, y, scale);
    if (skips) {
      INDArray product =
          Nd4j.createUninitialized(y.dataType(), new long[] {centred.size(1), y.size(1)}, 'c');
      engine.accumulate(new DenseCodes(centred), y, product, false);
      add(ParameterLayout.SKIP, product.muli(scale));
    }
  }

  /**
   * Adds the gradients that {@link Variant#reconstruct} added to another sum, times {@code factor}.
   *
   * @param other must not be used afterwards
   */
  void addReconstructions(GradientSum other, double factor) {
    for (FactoredGradient.Term term : other.decoder) {
      addDecoder(term.codes(), term.y(), factor * term.scale());
    }
    bDec = plus(bDec, other.bDec.muli(factor));
  }

  /** Discards what {@link Variant#reconstruct} has added. */
  void releaseReconstructions() {
    decoder.forEach(term -> SaeGradients.close(term.y()));
    SaeGradients.close(bDec);
  }

  /** Returns the gradient at the output of {@link Variant#reconstruct}, {@code [rows, nOut]}. */
  INDArray atTarget() {
    return reconstruction.y().mul(-reconstruction.scale());
  }

  /** Adds to W_enc, b_enc and b_dec a gradient {@code scale·dPre} at the pre-activations. */
  void addEncoder(Codes dPre, double scale) {
    encoder.add(new FactoredGradient.Term(dPre, centred, scale));
    INDArray sums = engine.latentSums(dPre).muli(scale);
    preActivations = plus(preActivations, sums.dup());
    bEnc = plus(bEnc, sums);
  }

  /** Does the same as {@link #addEncoder}, but leaves out b_enc. */
  void addEncoderWeights(Codes dPre, double scale) {
    encoder.add(new FactoredGradient.Term(dPre, centred, scale));
    preActivations = plus(preActivations, engine.latentSums(dPre).muli(scale));
  }

  /**
   * Adds a gradient at the pre-activations that is the same in all rows.
   *
   * @param oneRow the gradient of each row, before multiplication by {@code scale}
   */
  void addToEveryRow(Codes oneRow, double scale) {
    INDArray inputs = engine.columnSums(centred).reshape('c', 1, centred.size(1));
    encoder.add(new FactoredGradient.Term(oneRow, inputs, scale));
    INDArray sums = engine.latentSums(oneRow).muli(scale * centred.size(0));
    preActivations = plus(preActivations, sums.dup());
    bEnc = plus(bEnc, sums);
  }

  /** Returns the sum of all pre-activations over the rows, {@code [nLatents]}. */
  INDArray preActivationSums(SaeParameters p) {
    INDArray inputs = engine.columnSums(centred).reshape('c', 1, centred.size(1));
    INDArray bias = p.bEnc().mul(centred.size(0));
    return engine.affine(inputs, p.wEnc(), bias).reshape(bias.length());
  }

  /** Adds the gradient of one of the variant's own parameters. */
  void add(String key, INDArray gradient) {
    more.merge(key, gradient, INDArray::addi);
  }

  /** Returns the gradient with respect to the encoder's input, {@code [rows, nIn]}. */
  INDArray atInput(SaeParameters p) {
    INDArray sum = Nd4j.zeros(centred.dataType(), centred.shape());
    for (FactoredGradient.Term term : encoder) {
      sum.addi(engine.decode(term.codes(), p.wEnc().transpose()).muli(term.scale()));
    }
    return sum;
  }

  /**
   * Returns the accumulated sum.
   *
   * @param alongDecoder part of W_dec's gradient along its rows, or null
   */
  SaeGradients end(SaeParameters p, FactoredGradient.Along alongDecoder) {
    INDArray toBDec = bDec == null ? Nd4j.zerosLike(p.bDec()) : bDec;
    if (p.subtractsDecoderBias() && preActivations != null) {
      toBDec.subi(engine.combineRows(preActivations, p.wEnc().transpose()));
    }
    SaeGradients.close(preActivations);
    INDArray toBEnc = bEnc == null ? Nd4j.zerosLike(p.bEnc()) : bEnc;
    if (!p.isTied()) {
      return new SaeGradients(
          FactoredGradient.of(encoder),
          toBEnc,
          new FactoredGradient(decoder, alongDecoder),
          toBDec,
          more);
    }
    List<FactoredGradient.Term> both = new ArrayList<>(decoder);
    both.addAll(encoder);
    return new SaeGradients(null, toBEnc, new FactoredGradient(both, alongDecoder), toBDec, more);
  }

  private static INDArray plus(INDArray sum, INDArray more) {
    if (sum == null) {
      return more;
    }
    sum.addi(more);
    SaeGradients.close(more);
    return sum;
  }
}
