package io.github.sae4j.bench;

import io.github.sae4j.nd4j.NdCodes;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.nd4j.DenseCodes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.layer.AdamMoments;
import io.github.sae4j.layer.DeadLatents;
import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.Variant;
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
    this.engine = Engine.forType(DataType.FLOAT, row.precision());
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
    SaeParameters p = layer.parameters();
    INDArray wEnc = p.wEnc().transpose();
    Variant variant = layer.variant();
    AdamStep step = nextStep();
    lap = System.nanoTime();
    INDArray centred = x.subRowVector(p.bDec());
    endOf("centre");
    Codes codes = engine.encode(centred, p.wEnc(), p.bEnc(), List.of(variant.selection(p))).get(0);
    endOf("encode");
    INDArray byLatent = variant.penalty(codes, codes, p, engine).byLatent();
    INDArray weights = byLatent == null ? null : byLatent.mul(.5);
    Residual residual = engine.residual(codes, p.wDec(), p.bDec(), x, weights);
    endOf("residual");
    Codes dPre = throughActivation(variant, codes, residual.products());
    INDArray bEnc = engine.latentSums(dPre).muli(2);
    INDArray bDec = engine.columnSums(residual.error()).muli(2);
    bDec.subi(engine.combineRows(bEnc, wEnc));
    endOf("sums");
    adam(wEnc, 0, gradient(dPre, centred, 2), step, false);
    endOf("adam_encoder");
    long decoderAt = p.wEnc().length() + p.bEnc().length();
    adam(p.wDec(), decoderAt, gradient(codes, residual.error(), 2), step, true);
    endOf("adam_decoder");
    adam(p.bEnc(), p.wEnc().length(), bEnc, step);
    adam(p.bDec(), decoderAt + p.wDec().length(), bDec, step);
    dead.update(codes);
    endOf("other");
  }

  private static Codes throughActivation(Variant variant, Codes codes, Codes gradient) {
    if (!(variant instanceof SigmoidKl)) {
      return gradient;
    }
    INDArray f = NdCodes.matrix(codes);
    return new DenseCodes(NdCodes.matrix(gradient).muli(f).muli(f.rsub(1)));
  }

  private static FactoredGradient gradient(Codes codes, INDArray y, double scale) {
    return FactoredGradient.of(new FactoredGradient.Term(codes, y, scale));
  }

  private void adam(
      INDArray w, long at, FactoredGradient gradient, AdamStep step, boolean unitNorm) {
    engine.adam(w, moment(0, at, w), moment(1, at, w), gradient, step, unitNorm);
  }

  private void adam(INDArray b, long at, INDArray gradient, AdamStep step) {
    engine.adam(b, moment(0, at, b), moment(1, at, b), gradient, step);
  }

  /** The first or second moment of the parameters from a place on. */
  private INDArray moment(int half, long at, INDArray like) {
    long from = half * layer.numParams() + at;
    INDArray flat = moments.flat().get(NDArrayIndex.interval(from, from + like.length()));
    return flat.reshape('c', like.shape());
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
