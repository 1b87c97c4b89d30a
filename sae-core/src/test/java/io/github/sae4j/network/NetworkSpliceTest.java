package io.github.sae4j.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.splice.EditedLatents;
import io.github.sae4j.splice.Intervention;
import io.github.sae4j.splice.LatentEdit;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

class NetworkSpliceTest {

  @ParameterizedTest
  @MethodSource("io.github.sae4j.network.NetworkCases#cases")
  void spliceMeasuresAgainstMeanAndZero(NetworkCases.Case each) {
    NetworkSplice splice = new NetworkSplice(each.view(), each.place());
    ListDataSetIterator<DataSet> batches =
        new ListDataSetIterator<>(List.of(each.batch(), each.batch()), 1);
    float[] mean = splice.mean(batches);
    List<NetworkSplice.Outcome> outcomes =
        splice.run(
            batches, mean, List.of(Intervention.mean(mean), Intervention.of("same", (r, n) -> {})));
    assertEquals(
        List.of("original", "mean", "zero", "mean", "same"),
        outcomes.stream().map(NetworkSplice.Outcome::name).toList());
    assertEquals(outcomes.get(0).loss(), outcomes.get(4).loss(), 1e-6);
    assertEquals(1, outcomes.get(4).recoveredOfMean(), 1e-3);
    assertEquals(0, outcomes.get(3).recoveredOfMean(), 1e-6);
    assertEquals(0, outcomes.get(2).recoveredOfZero(), 1e-6);
    INDArray output = each.output().get();
    INDArray mask = each.batch().getLabelsMaskArray();
    ActivationRows found = new ActivationRows(output, false, mask);
    ActivationRows labels = new ActivationRows(each.batch().getLabels(), false, mask);
    double loss = 0;
    for (int i = 0; i < found.values().length; i++) {
      loss -= labels.values()[i] * Math.log(found.values()[i]);
    }
    assertEquals(loss / found.count(), outcomes.get(0).loss(), 1e-5);
  }

  /** The same network with its classes as indices; the labels of masked steps are meaningless. */
  @Test
  void indexLabelsEqualOneHotLabels() {
    MultiLayerNetwork columns = NetworkCases.recurrentNetwork(new LossMCXENT());
    MultiLayerNetwork indices = NetworkCases.recurrentNetwork(new LossSparseMCXENT());
    INDArray index = Nd4j.createFromArray(new float[] {2, 0, 1, 2, 0, 1, 2, 2}).reshape(2, 1, 4);
    INDArray oneHot = Nd4j.zeros(DataType.FLOAT, 2, NetworkCases.CLASSES, 4);
    for (int i = 0; i < 8; i++) {
      oneHot.putScalar(new int[] {i / 4, index.getInt(i / 4, 0, i % 4), i % 4}, 1);
    }
    DataSet batch = NetworkCases.recurrent().batch();
    INDArray mask = batch.getFeaturesMaskArray();
    INDArray x = batch.getFeatures();
    List<NetworkSplice.Outcome> expected =
        outcomes(columns, new DataSet(x, oneHot, mask, mask.dup()));
    DataSet byIndex = new DataSet(x, index, mask, mask.dup());
    List<NetworkSplice.Outcome> found = outcomes(indices, byIndex);
    assertEquals(expected, found);
    assertEquals(2 * indices.score(byIndex) / 6, found.get(0).loss(), 1e-6); // 6 steps of 2
    int right = 0;
    INDArray output = columns.output(x, false, mask, mask);
    for (int step : new int[] {0, 1, 2, 3, 4, 5}) {
      INDArray classes = output.get(NDArrayIndex.point(step / 4), NDArrayIndex.all());
      right += classes.argMax(0).getInt(step % 4) == index.getInt(step / 4, 0, step % 4) ? 1 : 0;
    }
    assertEquals(right / 6., found.get(0).accuracy(), 1e-9);
  }

  private static List<NetworkSplice.Outcome> outcomes(MultiLayerNetwork net, DataSet batch) {
    NetworkSplice splice = new NetworkSplice(NetworkView.of(net), "hidden");
    return splice.run(new ListDataSetIterator<>(List.of(batch), 1), new float[5], List.of());
  }

  @Test
  void anOutputOfZeroCostsWhatItCostsInDl4j() {
    MultiLayerNetwork net = NetworkCases.denseNetwork();
    net.getLayer(2).getParam("W").muli(1e4);
    DataSet batch = NetworkCases.dense().batch();
    NetworkSplice splice = new NetworkSplice(NetworkView.of(net), "second");
    double found =
        splice
            .run(new ListDataSetIterator<>(List.of(batch), 7), new float[6], List.of())
            .get(0)
            .loss();
    assertEquals(0, net.output(batch.getFeatures()).minNumber().floatValue());
    assertTrue(found > 1, "a wrong class must cost a lot: " + found);
    assertEquals(net.score(batch), found, 1e-4);
  }

  /** Place 0 has rows of width 5. */
  @Test
  void wrongWidthThrows() {
    SparseAutoencoder sae = NetworkSae.of(LayerPretrainingTest.network(), 1);
    LatentEdit ablation = LatentEdit.ablate(2);
    assertRefused(
        "'0' has rows of width 5, but 'sae' needs width 12",
        new float[5],
        Intervention.reconstruction("sae", sae));
    assertRefused(
        "but 'edited' needs width 12",
        new float[5],
        new EditedLatents("edited", sae, List.of(ablation)));
    assertRefused("but 'mean' needs width 4", new float[5], Intervention.mean(new float[4]));
    assertRefused("but 'mean' needs width 6", new float[6], Intervention.zero());
    DataSet batch = NetworkCases.dense().batch();
    DataSet others = new DataSet(batch.getFeatures(), Nd4j.zeros(7, 2));
    assertRefused(
        others, "output is [7, 3], but the labels are [7, 2]", new float[5], Intervention.zero());
  }

  private static void assertRefused(String part, float[] mean, Intervention intervention) {
    assertRefused(NetworkCases.dense().batch(), part, mean, intervention);
  }

  private static void assertRefused(
      DataSet batch, String part, float[] mean, Intervention intervention) {
    NetworkSplice splice = new NetworkSplice(NetworkCases.dense().view(), "0");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    splice.run(
                        new ListDataSetIterator<>(List.of(batch), 7), mean, List.of(intervention)))
            .getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void denseAccuracyIsThatOfDl4j() {
    NetworkCases.Case dense = NetworkCases.dense();
    MultiLayerNetwork net = NetworkCases.denseNetwork();
    ListDataSetIterator<DataSet> batches = new ListDataSetIterator<>(List.of(dense.batch()), 7);
    double expected = net.evaluate(batches).accuracy();
    NetworkSplice splice = new NetworkSplice(NetworkView.of(net), "second");
    assertEquals(expected, splice.run(batches, new float[6], List.of()).get(0).accuracy(), 1e-9);
  }
}
