package io.github.sae4j;

import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Random dictionaries of every kind of code. */
public final class SaeCases {
  private SaeCases() {}

  /**
   * Returns a random dictionary with parameters that make about a sixteenth of the latents fire.
   */
  public static SparseAutoencoder random(
      int nIn, int nLatents, Variant variant, Form form, DataType type, RowNorm norm) {
    Nd4j.getRandom().setSeed(nIn + nLatents);
    ParameterLayout layout = new ParameterLayout(nIn, nIn, nLatents, form, variant.extras());
    SaeParameters p =
        FlatParameters.of(layout, FlatParameters.cut(layout, Nd4j.zeros(type, layout.count())))
            .copy();
    p.wDec().assign(Nd4j.randn(type, p.wDec().shape()));
    if (!p.isTied()) {
      p.wEnc().assign(p.wDec().transpose());
    }
    p.wEnc().muli(1 / Math.sqrt(nIn));
    p.bEnc().assign(-1.5);
    p.bDec().assign(Nd4j.randn(type, p.bDec().shape()).muli(.1));
    p.extras().forEach((key, array) -> array.assign(key.equals("threshold") ? .2 : .01));
    return new SparseAutoencoder(p, variant, norm);
  }

  public static SparseAutoencoder topK(int nIn, int nLatents, int k) {
    return random(nIn, nLatents, new TopK(k, 0, 0), Form.AUTOENCODER, DataType.FLOAT, RowNorm.NONE);
  }

  /** Returns dictionaries of all kinds, keyed by a name for messages. */
  public static Map<String, SparseAutoencoder> all(int nIn, int nLatents) {
    Map<String, Variant> variants = new LinkedHashMap<>();
    variants.put("topk", new TopK(8, 0, 0));
    variants.put("batch-topk", new BatchTopK(8, 0, 0));
    variants.put("relu", new ReluL1(0, ReluL1.Weighting.PLAIN));
    variants.put("jumprelu", new JumpRelu(0));
    variants.put("gated", new Gated(0));
    variants.put("sigmoid", new SigmoidKl(.05, 1));
    Map<String, SparseAutoencoder> all = new LinkedHashMap<>();
    variants.forEach(
        (name, variant) ->
            all.put(
                name,
                random(nIn, nLatents, variant, Form.AUTOENCODER, DataType.FLOAT, RowNorm.NONE)));
    Variant topK = variants.get("topk");
    all.put("double", random(nIn, nLatents, topK, Form.TIED, DataType.DOUBLE, RowNorm.NONE));
    all.put(
        "skip", random(nIn, nLatents, topK, Form.SKIP_TRANSCODER, DataType.FLOAT, RowNorm.NONE));
    all.put(
        "norm", random(nIn, nLatents, topK, Form.AUTOENCODER, DataType.FLOAT, RowNorm.LAYER_NORM));
    return all;
  }

  public static INDArray rows(int rows, int nIn, long seed) {
    Nd4j.getRandom().setSeed(seed);
    return Nd4j.randn(DataType.FLOAT, rows, nIn);
  }
}
