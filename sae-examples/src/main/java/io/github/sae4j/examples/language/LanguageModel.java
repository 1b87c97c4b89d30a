package io.github.sae4j.examples.language;

import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/**
 * Analyses the hidden state of a recurrent model of WordNet's glosses: trains the model to predict
 * the next word, harvests the state, trains SAEs on it, splices in their reconstructions, and lists
 * the words promoted by ten latents of the first SAE.
 *
 * <pre>LanguageModel WORDNET OUT</pre>
 *
 * <p>WORDNET is extJWNL's data jar. OUT receives the texts, the network, the activations of
 * training and held-out glosses, and the runs. An existing network is not trained again.
 */
public final class LanguageModel {
  private static final int CONTINUED = 16;
  private static final List<String> BEGINNINGS =
      List.of("a small bird of", "the act of", "a person who", "(chemistry) a", "make");

  private LanguageModel() {}

  /** Runs the study with the arguments described above. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: LanguageModel WORDNET OUT");
    }
    Path out = Path.of(args[1]);
    List<TextRecord> texts = GlossCorpus.wordNet(Path.of(args[0]), out.resolve("wordnet.jsonl"));
    run(texts, out, Setup.WHOLE).forEach(System.out::println);
  }

  /** Returns the results as lines of text. */
  static List<String> run(List<TextRecord> texts, Path out, Setup setup) throws IOException {
    Files.createDirectories(out);
    GlossCorpus corpus = GlossCorpus.of(texts, setup);
    MultiLayerNetwork net = network(corpus, setup, out.resolve("lstm.zip"));
    List<String> lines = new ArrayList<>(predictions(net, corpus));
    lines.addAll(new HiddenState(corpus, net, setup, out).takenApart());
    return lines;
  }

  private static MultiLayerNetwork network(GlossCorpus corpus, Setup setup, Path file)
      throws IOException {
    if (Files.exists(file)) {
      return ModelSerializer.restoreMultiLayerNetwork(file.toFile());
    }
    MultiLayerNetwork net = GlossNetwork.train(corpus, setup, 1);
    net.save(file.toFile());
    return net;
  }

  private static List<String> predictions(MultiLayerNetwork net, GlossCorpus corpus) {
    double loss = GlossNetwork.loss(net, corpus.heldOut());
    double unigram = corpus.unigramLoss();
    List<String> lines = new ArrayList<>();
    lines.add(
        "held-out loss %.4f, perplexity %.1f; from word frequencies alone %.4f, %.1f; unknown words %.1f %%"
            .formatted(
                loss, Math.exp(loss), unigram, Math.exp(unigram), 100 * corpus.unknownFraction()));
    for (String beginning : BEGINNINGS) {
      lines.add(
          "greedy   " + GlossNetwork.continuation(net, corpus.vocabulary(), beginning, CONTINUED));
    }
    return lines;
  }
}
