package io.github.sae4j.eval;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.RowOrigins;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One pass over the rows of sampled texts, which yields densities, contexts and scores. Scores are
 * kept only if there is something to compare them with.
 */
final class TextReading {
  private final SparseAutoencoder sae;
  private final TextSample sample;
  private final TextStudyOptions options;
  private final LatentDensities.Counter firings;
  private final TopContexts contexts;
  private final TextMaxima maxima;
  private SparseAutoencoder random;
  private TextMaxima randomMaxima;
  private TextScores.Builder saeScores;
  private TextScores.Builder randomScores;
  private NeuronScores neuronScores;

  TextReading(SparseAutoencoder sae, TextSample sample, TextStudyOptions options) {
    this.sae = sae;
    this.sample = sample;
    this.options = options;
    this.firings = new LatentDensities.Counter(sae.nLatents());
    this.contexts = new TopContexts(sae.nLatents(), options.contexts());
    this.maxima = new TextMaxima(sae.nLatents());
  }

  /** Scores of the dictionary, the neurons and a random dictionary. */
  record Scores(TextScores sae, TextScores neurons, TextScores random) {}

  /** Keeps scores, and reads the texts with this dictionary too, on the same device. */
  void compareWith(SparseAutoencoder randomDictionary) {
    random = randomDictionary;
    random.computeOn(sae.device());
    randomMaxima = new TextMaxima(random.nLatents());
    saeScores = new TextScores.Builder(sae.nLatents());
    randomScores = new TextScores.Builder(random.nLatents());
    neuronScores = new NeuronScores(sae.nIn());
  }

  void read(ActivationSource source, RowOrigins origins, Progress progress) throws IOException {
    TextBatch batch = new TextBatch(sample, options, sae.nIn());
    long total = sample.rows();
    while (batch.readNext(source, origins)) {
      try (INDArray x = sae.batch(batch.x(), batch.capacity())) {
        SparseCodes codes = ActiveCodes.of(sae.encode(x));
        if (random == null) {
          readSae(batch, codes);
        } else {
          SparseCodes randomCodes = ActiveCodes.of(random.encode(x));
          CompletableFuture<Void> others =
              CompletableFuture.runAsync(
                  () -> {
                    readRandom(batch, randomCodes);
                    readNeurons(batch);
                  });
          readSae(batch, codes);
          others.join();
        }
      }
      progress.rows(batch.rowsRead(), total);
    }
  }

  private void readSae(TextBatch batch, SparseCodes codes) {
    firings.add(codes, batch.rows());
    for (int text = batch.firstText(); text < batch.endText(); text++) {
      maxima.read(codes, batch.rowStart(text), batch.rowStart(text + 1));
      contexts.offer(text, batch, codes, maxima);
      if (saeScores != null) {
        maxima.addTo(saeScores, text);
      }
    }
  }

  private void readRandom(TextBatch batch, SparseCodes codes) {
    for (int text = batch.firstText(); text < batch.endText(); text++) {
      randomMaxima.read(codes, batch.rowStart(text), batch.rowStart(text + 1));
      randomMaxima.addTo(randomScores, text);
    }
  }

  private void readNeurons(TextBatch batch) {
    for (int text = batch.firstText(); text < batch.endText(); text++) {
      neuronScores.add(text, batch.x(), batch.rowStart(text), batch.rowStart(text + 1));
    }
  }

  /** Frees the dictionary that was compared with, if any. */
  void freeRandom() {
    if (random != null) {
      random.free();
    }
  }

  LatentDensities densities() {
    return firings.result();
  }

  TopContexts contexts() {
    return contexts;
  }

  /** Returns the scores that are compared, if any. */
  Optional<Scores> scores() {
    return random == null
        ? Optional.empty()
        : Optional.of(
            new Scores(
                saeScores.build(sample.size()),
                neuronScores.build(sample.size()),
                randomScores.build(sample.size())));
  }
}
