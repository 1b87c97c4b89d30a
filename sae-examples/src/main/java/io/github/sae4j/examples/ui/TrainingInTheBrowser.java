package io.github.sae4j.examples.ui;

import io.github.sae4j.examples.fashion.FashionNetwork;
import io.github.sae4j.examples.fashion.IdxImages;
import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.variant.TopK;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Trains an SAE of pictures of clothing, then a classifier on its latents, both to be watched in
 * DL4J's training UI, which is served until the process is ended.
 *
 * <pre>TrainingInTheBrowser DATA [PICTURES]</pre>
 *
 * <p>DATA is a directory of the four gzipped IDX files; PICTURES of the training set are used, all
 * unless named. The pages are at port 9000 unless {@code -Dorg.deeplearning4j.ui.port} says
 * otherwise; a menu at their top chooses between {@code clothing_layer0}, the SAE's training
 * without labels, and {@code clothing}, the network's with them.
 */
public final class TrainingInTheBrowser {
  static final String SESSION = "clothing";
  private static final int PORT = 9000;
  private static final int SHOWN_EVERY = 5;
  private static final int LATENTS = 512;
  private static final int K = 16;

  private TrainingInTheBrowser() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    if (args.length < 1 || args.length > 2) {
      throw new IllegalArgumentException("usage: TrainingInTheBrowser DATA [PICTURES]");
    }
    int pictures = args.length > 1 ? Integer.parseInt(args[1]) : Integer.MAX_VALUE;
    IdxImages images = IdxImages.read(Path.of(args[0]), "train", pictures);
    try (TrainingUi ui = TrainingUi.start(PORT)) {
      System.out.println("training, to be watched at " + ui.address());
      train(images, ui);
      System.out.println("trained; served until Ctrl-C");
      new CountDownLatch(1).await();
    }
  }

  /** An epoch without labels, and one with them. */
  static MultiLayerNetwork train(IdxImages images, TrainingUi ui) {
    MultiLayerNetwork net = network();
    net.setListeners(
        ui.listener(SESSION, SHOWN_EVERY)); // before pretrain, which keeps what it finds
    DataSetIterator batches = FashionNetwork.inRandomOrder(images, 1);
    net.pretrain(batches);
    net.fit(batches);
    return net;
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .list()
                .layer(
                    new SaeLayer.Builder()
                        .name("sae")
                        .nLatents(LATENTS)
                        .variant(TopK.withAuxK(K, IdxImages.SIDE * IdxImages.SIDE))
                        .output(SaeLayer.Output.LATENTS)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .name("classes")
                        .nOut(FashionNetwork.CLASSES.size())
                        .activation(Activation.SOFTMAX)
                        .build())
                .inputPreProcessor(0, FashionNetwork.wholePicture())
                .setInputType(InputType.convolutional(IdxImages.SIDE, IdxImages.SIDE, 1))
                .build());
    net.init();
    return net;
  }
}
