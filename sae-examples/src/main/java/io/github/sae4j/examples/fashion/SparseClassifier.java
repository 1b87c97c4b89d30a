package io.github.sae4j.examples.fashion;

import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.variant.ReluL1;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A clothing classifier whose only hidden layer is an SAE's latents, trained end to end with labels
 * on the task's loss plus {@code λ·Σ f}. Shows how λ affects accuracy and the number of latents
 * used per picture.
 *
 * <pre>SparseClassifier DATA [PICTURES]</pre>
 */
public final class SparseClassifier {
  private static final int LATENTS = 512;
  private static final int EPOCHS = 5;
  private static final double[] STRENGTHS = {0, 1e-3, 1e-2, 3e-2};

  private SparseClassifier() {}

  /** Runs the study with the arguments described above. */
  public static void main(String[] args) throws IOException {
    if (args.length < 1 || args.length > 2) {
      throw new IllegalArgumentException("usage: SparseClassifier DATA [PICTURES]");
    }
    int pictures = args.length > 1 ? Integer.parseInt(args[1]) : Integer.MAX_VALUE;
    run(Path.of(args[0]), pictures, EPOCHS).forEach(System.out::println);
  }

  /**
   * The result for a penalty strength.
   *
   * @param accuracy accuracy on the test set
   * @param l0 mean number of active latents per test picture
   */
  record Result(double strength, double accuracy, double l0) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "lambda %.0e  accuracy %.4f  L0 %.1f", strength, accuracy, l0);
    }
  }

  static List<Result> run(Path data, int pictures, int epochs) throws IOException {
    IdxImages train = IdxImages.read(data, "train", pictures);
    IdxImages test = IdxImages.read(data, "t10k", pictures);
    List<Result> results = new ArrayList<>();
    for (double strength : STRENGTHS) {
      MultiLayerNetwork net = network(strength);
      DataSetIterator batches = FashionNetwork.inRandomOrder(train, 1);
      for (int epoch = 0; epoch < epochs; epoch++) {
        net.fit(batches);
      }
      Evaluation evaluation = net.evaluate(FashionNetwork.inOrder(test));
      results.add(new Result(strength, evaluation.accuracy(), l0(net, test)));
    }
    return results;
  }

  private static MultiLayerNetwork network(double strength) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .list()
                .layer(
                    new SaeLayer.Builder()
                        .nLatents(LATENTS)
                        .variant(new ReluL1(strength, ReluL1.Weighting.PLAIN))
                        .output(SaeLayer.Output.LATENTS)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(FashionNetwork.CLASSES.size())
                        .activation(Activation.SOFTMAX)
                        .build())
                .inputPreProcessor(0, FashionNetwork.wholePicture())
                .setInputType(InputType.convolutional(IdxImages.SIDE, IdxImages.SIDE, 1))
                .build());
    net.init();
    return net;
  }

  private static double l0(MultiLayerNetwork net, IdxImages test) {
    long active = 0;
    DataSetIterator batches = FashionNetwork.inOrder(test);
    while (batches.hasNext()) {
      INDArray pixels = batches.next().getFeatures();
      INDArray latents = net.feedForwardToLayer(0, pixels).get(1);
      active += latents.gt(0).castTo(latents.dataType()).sumNumber().longValue();
    }
    return (double) active / test.count();
  }
}
