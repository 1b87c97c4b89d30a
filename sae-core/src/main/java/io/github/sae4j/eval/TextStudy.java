package io.github.sae4j.eval;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What texts reveal about the latents of a dictionary.
 *
 * @param texts the texts that were read
 * @param densities how often each latent fired in their rows
 * @param contexts where each latent fires most strongly
 * @param selection which concepts of the texts were tested and which were left out
 * @param concepts the latents' labels; empty if no concept was tested
 */
public record TextStudy(
    List<TextRecord> texts,
    LatentDensities densities,
    TopContexts contexts,
    ConceptSelection selection,
    Optional<ConceptFindings> concepts) {

  /**
   * Reads all texts of a dump or a random sample of them. The trained dictionary, the model's own
   * neurons and a random dictionary see the same rows in one pass. If the texts carry concepts,
   * this takes eight bytes per pair of a text and a latent that fires in it, for all three: about
   * 600 MB for 40,000 texts of 16 tokens, k = 32 and 384 neurons.
   *
   * @param tensorOrNull name of the tensor; null if the dump has only one
   * @param randomK active latents per row of the random dictionary: the trained one's L0, rounded
   * @throws IllegalArgumentException if the width of the dump's rows differs from the dictionary's
   */
  public static TextStudy of(
      SparseAutoencoder sae,
      ActivationDump dump,
      String tensorOrNull,
      int randomK,
      TextStudyOptions options,
      Progress progress)
      throws IOException {
    try (ActivationSource source = dump.source(tensorOrNull)) {
      Evaluator.requireSameWidth(sae, source);
      TextSample sample =
          TextSample.of(dump, source.description(), options.maxTexts(), options.seed());
      TextConcepts concepts =
          TextConcepts.of(
              sample.texts().stream().map(TextRecord::concepts).toList(), options.fractions());
      TextReading reading = new TextReading(sae, sample, options);
      if (concepts.size() > 0) {
        reading.compareWith(RandomDictionary.like(sae, randomK, options.seed()));
      }
      try {
        reading.read(source, dump.origins(), progress);
      } finally {
        reading.freeRandom();
      }
      return new TextStudy(
          sample.texts(),
          reading.densities(),
          reading.contexts(),
          concepts.selection(),
          reading.scores().map(s -> findings(s, concepts, options.seed())));
    }
  }

  private static ConceptFindings findings(
      TextReading.Scores scores, TextConcepts concepts, long seed) {
    ConceptMatcher matcher = new ConceptMatcher(concepts, seed);
    List<ConceptMatch> matches = matcher.match(scores.sae());
    return new ConceptFindings(
        matches,
        ConceptSummary.of(matches),
        ConceptSummary.of(matcher.match(scores.neurons())),
        ConceptSummary.of(matcher.match(scores.random())));
  }
}
