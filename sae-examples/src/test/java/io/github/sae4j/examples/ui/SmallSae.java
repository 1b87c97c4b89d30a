package io.github.sae4j.examples.ui;

import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.variant.TopK;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A small SAE, a classifier of its reconstructions, and random rows for both. */
final class SmallSae {
  static final int N_IN = 12;
  static final int LATENTS = 32;
  static final int CLASSES = 3;
  static final int BATCHES = 24;

  private SmallSae() {}

  /** Outputs its reconstructions, so fit trains its decoder too. */
  static SaeLayer layer() {
    return builder().build();
  }

  /**
   * Leaves the decoder's norms free: statistics collectors see a layer before its constraints are
   * applied, network listeners afterwards.
   */
  static SaeLayer unconstrained() {
    return builder().unitNormDecoder(false).build();
  }

  private static SaeLayer.Builder builder() {
    return new SaeLayer.Builder()
        .name("sae")
        .nIn(N_IN)
        .nLatents(LATENTS)
        .variant(TopK.withAuxK(4, N_IN));
  }

  static OutputLayer classes() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .name("classes")
        .nIn(N_IN)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static DataSetIterator batches() {
    List<DataSet> batches = new ArrayList<>();
    INDArray x = Nd4j.rand(40, N_IN);
    INDArray labels = Nd4j.zeros(40, CLASSES);
    for (int i = 0; i < 40; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    for (int i = 0; i < BATCHES; i++) {
      batches.add(new DataSet(x, labels));
    }
    return new ListDataSetIterator<>(batches, 1);
  }
}
