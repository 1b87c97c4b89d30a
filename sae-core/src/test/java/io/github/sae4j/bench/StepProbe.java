package io.github.sae4j.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.layer.AdamMoments;
import io.github.sae4j.layer.DeadLatents;
import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.nd4j.NdEngine;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Steps on one batch in memory, without the trainer: whole ones by the layer, and ones in which the
 * same calls of the engine are made one by one and timed. Both go on with the parameters that are
 * trained, and have moments of their own.
 */
final class StepProbe {
  private static final double MILLIS = 1e3;

  private final SaeLayerRuntime layer;
  private final INDArray x;
  private final double learningRate;
  private final AdamMoments moments;
  private final Engine engine;
  private final DeadLatents dead;
  private final Samples whole = new Samples();
  private final Map<String, Samples> phases = new LinkedHashMap<>();
  private long steps;
  private long lap;

  StepProbe(BenchRow row, SaeLayerRuntime layer, INDArray x, double learningRate) {
    this.layer = layer;
    this.x = x;
    this.learningRate = learningRate;
    this.moments = AdamMoments.zeros(DataType.FLOAT, layer.numParams());
    this.engine = NdEngine.forType(DataType.FLOAT, row.precision());
    this.dead = new DeadLatents(row.nLatents(), Long.MAX_VALUE);
  }

  /** A whole step. */
  void step() {
    AdamStep step = nextStep();
    long start = System.nanoTime();
    layer.adamStep(x, moments, step);
    whole.addSince(start);
  }

  /** A step in parts. */
  void phases() {
    Weights p = layer.parameters().weights();
    Variant variant = layer.variant();
    AdamStep step = nextStep();
    Tensor rows = NdTensor.of(x);
    lap = System.nanoTime();
    Tensor centred = engine.minusRow(rows, p.bDec());
    endOf("centre");
    Codes codes =
        engine.encode(centred, p.encoder(), p.bEnc(), List.of(variant.selection(p))).get(0);
    endOf("encode");
    Tensor byLatent = variant.penalty(codes, codes, p, engine).byLatent();
    Tensor weights = byLatent == null ? null : engine.scaled(byLatent, .5);
    Residual residual = engine.residual(codes, p.decoder(), p.bDec(), rows, weights);
    endOf("residual");
    Codes dPre = throughActivation(variant, codes, residual.products());
    Tensor bEnc = engine.latentSums(dPre);
    engine.scale(bEnc, 2);
    Tensor bDec = engine.columnSums(residual.error());
    engine.scale(bDec, 2);
    engine.subtract(bDec, engine.combineRows(bEnc, p.encoder()));
    endOf("sums");
    adam(p.encoder(), 0, gradient(dPre, centred, 2), step, false);
    endOf("adam_encoder");
    long decoderAt = p.encoder().length() + p.bEnc().length();
    adam(p.decoder(), decoderAt, gradient(codes, residual.error(), 2), step, true);
    endOf("adam_decoder");
    adam(p.bEnc(), p.encoder().length(), bEnc, step);
    adam(p.bDec(), decoderAt + p.decoder().length(), bDec, step);
    dead.update(codes);
    endOf("other");
  }

  private Codes throughActivation(Variant variant, Codes codes, Codes gradient) {
    return variant instanceof SigmoidKl
        ? engine.replace(gradient, EntryRule.SIGMOID_GRADIENT, Inputs.ofCodes(codes))
        : gradient;
  }

  private static FactoredGradient gradient(Codes codes, Tensor y, double scale) {
    return FactoredGradient.of(new FactoredGradient.Term(codes, y, scale));
  }

  private void adam(Tensor w, long at, FactoredGradient gradient, AdamStep step, boolean unitNorm) {
    engine.adam(w, moment(0, at, w), moment(1, at, w), gradient, step, unitNorm);
  }

  private void adam(Tensor b, long at, Tensor gradient, AdamStep step) {
    engine.adam(b, moment(0, at, b), moment(1, at, b), gradient, step);
  }

  /** The first or second moment of the parameters from a place on. */
  private Tensor moment(int half, long at, Tensor like) {
    long from = half * layer.numParams() + at;
    INDArray flat = moments.flat().get(NDArrayIndex.interval(from, from + like.length()));
    return NdTensor.of(flat.reshape('c', NdTensor.array(like).shape()));
  }

  private AdamStep nextStep() {
    return new AdamStep(learningRate, 0.9, 0.999, 1e-8, ++steps, 1.0 / x.size(0));
  }

  private void endOf(String phase) {
    phases.computeIfAbsent(phase, name -> new Samples()).addSince(lap);
    lap = System.nanoTime();
  }

  /** Forgets what was measured until now. */
  void clear() {
    whole.clear();
    phases.clear();
  }

  double median() {
    return whole.median();
  }

  void addTo(ObjectNode result) {
    result.put("engine_step_ms", whole.median() * MILLIS);
    ObjectNode parts = result.putObject("phases_ms");
    phases.forEach((name, samples) -> parts.put(name, samples.median() * MILLIS));
  }
}
