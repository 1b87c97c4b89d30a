package io.github.sae4j.layer;

import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.nd4j.NdEngine;
import io.github.sae4j.variant.ParameterLayout;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Splits the flat array of a layer's parameters (or gradients) by its {@link ParameterLayout} and
 * initialises it: decoder rows random on the unit sphere, {@code W_enc = W_decᵀ} (random too for a
 * transcoder, whose output width may differ), the rest zero (Gao et al. 2024, arXiv 2406.04093,
 * appendix A.1).
 */
final class SaeParamInitializer implements ParamInitializer {
  private static final long BLOCK = 1 << 20;
  private static final List<String> MATRICES =
      List.of(ParameterLayout.W_ENC, ParameterLayout.W_DEC, ParameterLayout.SKIP);

  static final SaeParamInitializer INSTANCE = new SaeParamInitializer();

  private SaeParamInitializer() {}

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return layout(layer).count();
  }

  private static ParameterLayout layout(Layer layer) {
    return ((SaeLayer) layer).layout();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return layout(layer).keys();
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return paramKeys(layer).stream().filter(MATRICES::contains).toList();
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return paramKeys(layer).stream().filter(key -> !MATRICES.contains(key)).toList();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return MATRICES.contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return biasKeys(layer).contains(key);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray paramsView, boolean initialize) {
    ParameterLayout layout = layout(conf.getLayer());
    Map<String, INDArray> params = FlatParameters.cut(layout, paramsView);
    conf.clearVariables(); // files of older versions use other keys
    params.keySet().forEach(conf::addVariable);
    if (initialize) {
      fill(FlatParameters.of(layout, params));
    }
    return params;
  }

  private static void fill(SaeParameters p) {
    NdEngine engine = NdEngine.forType(p.wDec().dataType());
    fillNormal(p.wDec());
    engine.normaliseRows(p.wDec());
    if (!p.subtractsDecoderBias()) {
      fillNormal(p.wEnc().transpose());
      engine.normaliseRows(p.wEnc().transpose());
    } else if (!p.isTied()) {
      p.wEnc().assign(p.wDec().transpose());
    }
    p.bEnc().assign(0);
    p.bDec().assign(0);
    p.extras().values().forEach(array -> array.assign(0));
  }

  /**
   * Fills the matrix in blocks of rows, since a second matrix of this size may not fit into memory.
   */
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
    return FlatParameters.cut(layout(conf.getLayer()), gradientView);
  }
}
