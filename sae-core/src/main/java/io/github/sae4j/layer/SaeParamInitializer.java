package io.github.sae4j.layer;

import io.github.sae4j.engine.Engine;
import io.github.sae4j.variant.SaeParameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Cuts the flat array of a layer's parameters (or gradients) into the four of an SAE and fills them
 * at the start: decoder rows random on the unit sphere, {@code W_enc = W_decᵀ}, biases zero (Gao et
 * al. 2024, arXiv 2406.04093, appendix A.1).
 *
 * <p>Keys have no underscore: DL4J splits {@code layer_key} at one.
 */
public final class SaeParamInitializer implements ParamInitializer {
  public static final String W_ENC = "Wenc";
  public static final String B_ENC = "benc";
  public static final String W_DEC = "Wdec";
  public static final String B_DEC = "bdec";

  private static final long BLOCK = 1 << 20;

  static final SaeParamInitializer INSTANCE = new SaeParamInitializer();

  private SaeParamInitializer() {}

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    SaeLayer sae = (SaeLayer) layer;
    return SaeParameters.count(sae.getNIn(), sae.getNLatents());
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return List.of(W_ENC, B_ENC, W_DEC, B_DEC);
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return List.of(W_ENC, W_DEC);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return List.of(B_ENC, B_DEC);
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return W_ENC.equals(key) || W_DEC.equals(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return B_ENC.equals(key) || B_DEC.equals(key);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray paramsView, boolean initialize) {
    Map<String, INDArray> params = cut((SaeLayer) conf.getLayer(), paramsView);
    params.keySet().forEach(conf::addVariable);
    if (initialize) {
      SaeParameters p = parameters(params);
      fillNormal(p.wDec());
      Engine.forType(p.wDec().dataType()).normaliseRows(p.wDec());
      p.wEnc().assign(p.wDec().transpose());
      p.bEnc().assign(0);
      p.bDec().assign(0);
    }
    return params;
  }

  /** In blocks of rows: a second matrix of this size may be more than there is memory for. */
  private static void fillNormal(INDArray matrix) {
    long rows = Math.max(1, BLOCK / matrix.size(1));
    for (long from = 0; from < matrix.size(0); from += rows) {
      long to = Math.min(matrix.size(0), from + rows);
      try (INDArray block = Nd4j.randn(matrix.dataType(), to - from, matrix.size(1))) {
        matrix.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()).assign(block);
      }
    }
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradientView) {
    return cut((SaeLayer) conf.getLayer(), gradientView);
  }

  /** The four arrays under their names. */
  static SaeParameters parameters(Map<String, INDArray> table) {
    return new SaeParameters(
        table.get(W_ENC), table.get(B_ENC), table.get(W_DEC), table.get(B_DEC));
  }

  /** The four arrays within a flat one, under their names. */
  static Map<String, INDArray> cut(SaeLayer sae, INDArray view) {
    long nIn = sae.getNIn();
    long nLatents = sae.getNLatents();
    INDArray flat = view.reshape(view.length());
    if (flat.length() != INSTANCE.numParams(sae)) {
      throw new IllegalArgumentException(
          "an SAE of nIn %d and nLatents %d has %d parameters, got %d"
              .formatted(nIn, nLatents, INSTANCE.numParams(sae), flat.length()));
    }
    long weights = nIn * nLatents;
    Map<String, INDArray> table = new LinkedHashMap<>();
    table.put(W_ENC, part(flat, 0, weights).reshape('f', nIn, nLatents));
    table.put(B_ENC, part(flat, weights, nLatents));
    table.put(W_DEC, part(flat, weights + nLatents, weights).reshape('c', nLatents, nIn));
    table.put(B_DEC, part(flat, 2 * weights + nLatents, nIn));
    return table;
  }

  private static INDArray part(INDArray flat, long from, long length) {
    return flat.get(NDArrayIndex.interval(from, from + length));
  }
}
