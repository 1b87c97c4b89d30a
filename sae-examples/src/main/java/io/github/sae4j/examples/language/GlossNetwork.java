package io.github.sae4j.examples.language;

import java.util.List;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Predicts the next word with an embedding, an LSTM and a softmax over the vocabulary. */
final class GlossNetwork {
  static final String HIDDEN = "hidden";
  static final int MEASURED_TOGETHER = 64;
  private static final int BATCH = 32;
  private static final double LEARNING_RATE = 2e-3; // decays linearly to 0
  private static final double CLIP = 5;

  private GlossNetwork() {}

  /** Trains on whole glosses. */
  static MultiLayerNetwork train(GlossCorpus corpus, Setup setup, long seed) {
    List<Gloss> glosses = corpus.training();
    int steps = setup.epochs() * ((glosses.size() + BATCH - 1) / BATCH);
    MultiLayerNetwork net = network(corpus.vocabulary().size(), setup.width(), steps, seed);
    for (int epoch = 1; epoch <= setup.epochs(); epoch++) {
      net.fit(GlossBatches.inRandomOrder(glosses, BATCH, seed + epoch));
      System.out.printf("epoch %d: held-out loss %.4f%n", epoch, loss(net, corpus.heldOut()));
    }
    return net;
  }

  private static MultiLayerNetwork network(int words, int width, int steps, long seed) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(
                    new Adam(new PolySchedule(ScheduleType.ITERATION, LEARNING_RATE, 1, steps)))
                .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                .gradientNormalizationThreshold(CLIP)
                .list()
                .layer(new EmbeddingSequenceLayer.Builder().nIn(words).nOut(width / 2).build())
                .layer(new LSTM.Builder().nIn(width / 2).nOut(width).name(HIDDEN).build())
                .layer(
                    new RnnOutputLayer.Builder(new LossSparseMCXENT())
                        .nIn(width)
                        .nOut(words)
                        .activation(Activation.SOFTMAX)
                        .dataFormat(RNNFormat.NCW) // otherwise null, which training treats as NWC
                        .build())
                .build());
    net.init();
    return net;
  }

  /** Returns the mean cross-entropy per step, in nats, by DL4J's own score. */
  static double loss(MultiLayerNetwork net, List<Gloss> glosses) {
    double loss = 0;
    DataSetIterator batches =
        GlossBatches.inOrder(GlossBatches.byLength(glosses), MEASURED_TOGETHER);
    while (batches.hasNext()) {
      DataSet batch = batches.next();
      loss += net.score(batch, false) * batch.numExamples(); // mean over the glosses of their sums
    }
    return loss / GlossCorpus.steps(glosses);
  }

  /** Returns the most probable continuation of a beginning, up to the end of the gloss. */
  static String continuation(
      MultiLayerNetwork net, Vocabulary vocabulary, String beginning, int most) {
    StringBuilder text = new StringBuilder(beginning);
    net.rnnClearPreviousState();
    INDArray output = step(net, Vocabulary.EDGE);
    for (Words.Word word : Words.of(beginning)) {
      output = step(net, vocabulary.index(word.word()));
    }
    for (int i = 0; i < most; i++) {
      output.putScalar(0, Vocabulary.UNKNOWN, 0, 0);
      int next = output.argMax(1).getInt(0);
      if (next == Vocabulary.EDGE) {
        break;
      }
      text.append(' ').append(vocabulary.word(next));
      output = step(net, next);
    }
    return text.toString();
  }

  private static INDArray step(MultiLayerNetwork net, int word) {
    return net.rnnTimeStep(Nd4j.valueArrayOf(new long[] {1, 1, 1}, (float) word));
  }
}
