package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.variant.TopK;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** DL4J's ParallelWrapper: workers with copies of the network, whose parameters are averaged. */
class ParallelTrainingTest {
  private static final int N_IN = 12;

  private static List<DataSet> batches(int count) {
    Random random = new Random(4);
    List<DataSet> batches = new ArrayList<>();
    for (int b = 0; b < count; b++) {
      float[][] rows = new float[32][N_IN];
      float[][] labels = new float[32][2];
      for (int i = 0; i < rows.length; i++) {
        int axis = random.nextInt(N_IN);
        rows[i][axis] = 1 + random.nextFloat();
        labels[i][axis % 2] = 1;
      }
      batches.add(new DataSet(Nd4j.createFromArray(rows), Nd4j.createFromArray(labels)));
    }
    return batches;
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-2))
                .list()
                .layer(
                    new SaeLayer.Builder()
                        .nIn(N_IN)
                        .nLatents(24)
                        .variant(new TopK(2, 0, 0))
                        .output(SaeLayer.Output.LATENTS)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(24)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    return net;
  }

  @Test
  void averagedWorkersLearnTheTask() {
    List<DataSet> batches = batches(60);
    MultiLayerNetwork net = network();
    double before = score(net, batches);
    try (ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(net)
            .workers(2)
            .averagingFrequency(2)
            .prefetchBuffer(2)
            .build()) {
      for (int epoch = 0; epoch < 10; epoch++) {
        wrapper.fit(new ListDataSetIterator<>(batches, 1));
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    double after = score(net, batches);
    // the assignment of batches to workers varies between runs
    assertTrue(after < before / 3, before + " -> " + after);
    double accuracy = net.evaluate(new ListDataSetIterator<>(batches, 1)).accuracy();
    assertTrue(accuracy > .9, "accuracy " + accuracy);
    INDArray norms = ((SaeLayerRuntime) net.getLayer(0)).parameters().wDec().norm2(1);
    // the mean of unit rows is shorter; the next step brings them back to 1
    assertTrue(norms.maxNumber().doubleValue() < 1 + 1e-5);
    net.fit(batches.get(0));
    for (float norm :
        ((SaeLayerRuntime) net.getLayer(0)).parameters().wDec().norm2(1).toFloatVector()) {
      assertEquals(1, norm, 1e-5);
    }
  }

  @Test
  void aGraphIsAveragedToo() {
    List<DataSet> batches = batches(60);
    ComputationGraph graph = network().toComputationGraph();
    double before = batches.stream().mapToDouble(graph::score).average().orElseThrow();
    ParallelWrapper wrapper =
        new ParallelWrapper.Builder<>(graph).workers(2).averagingFrequency(2).build();
    for (int epoch = 0; epoch < 10; epoch++) {
      wrapper.fit(new ListDataSetIterator<>(batches, 1));
    }
    double after = batches.stream().mapToDouble(graph::score).average().orElseThrow();
    assertTrue(after < before / 3, before + " -> " + after);
  }

  private static double score(MultiLayerNetwork net, List<DataSet> batches) {
    return batches.stream().mapToDouble(net::score).average().orElseThrow();
  }
}
