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
 * Trains an SAE on pictures of clothing, then a classifier on its latents, while DL4J's training UI
 * shows both. The UI is served until the process is stopped.
 *
 * <pre>TrainingInTheBrowser DATA [PICTURES]</pre>
 *
 * <p>DATA is a directory with the four gzipped IDX files; PICTURES limits how many training
 * pictures are used, by default all. The pages are at port 9000 unless {@code
 * -Dorg.deeplearning4j.ui.port} is set; a menu at the top chooses between {@code clothing_layer0},
 * the SAE's training without labels, and {@code clothing}, the network's training with them.
 */
public final class TrainingInTheBrowser {
  static final String SESSION = "clothing";
  private static final int PORT = 9000;
  private static final int SHOWN_EVERY = 5;
  private static final int LATENTS = 512;
  private static final int K = 16;

  private TrainingInTheBrowser() {}

  /** Runs the example with the arguments described above. */
  public static void main(String[] args) throws Exception {
    if (args.length < 1 || args.length > 2) {
      throw new IllegalArgumentException("usage: TrainingInTheBrowser DATA [PICTURES]");
    }
    int pictures = args.length > 1 ? Integer.parseInt(args[1]) : Integer.MAX_VALUE;
    IdxImages images = IdxImages.read(Path.of(args[0]), "train", pictures);
    try (TrainingUi ui = TrainingUi.start(PORT)) {
      System.out.println("training; watch it at " + ui.address());
      train(images, ui);
      System.out.println("trained; press Ctrl-C to stop serving");
      new CountDownLatch(1).await();
    }
  }

  /** Trains one epoch without labels and one with them. */
  static MultiLayerNetwork train(IdxImages images, TrainingUi ui) {
    MultiLayerNetwork net = network();
    net.setListeners(ui.listener(SESSION, SHOWN_EVERY)); // before pretrain, which keeps them
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
