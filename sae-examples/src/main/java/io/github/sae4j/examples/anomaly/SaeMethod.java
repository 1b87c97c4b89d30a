package io.github.sae4j.examples.anomaly;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.api.Saes;
import io.github.sae4j.apply.anomaly.AnomalyScorer;
import io.github.sae4j.apply.anomaly.ScoreKind;
import io.github.sae4j.store.MemorySource;
import java.io.IOException;

/**
 * An SAE with four latents per dimension (64 to 1,024), a quarter as many of them active as there
 * are dimensions (2 to 32), trained on 600,000 rows. Scored at once by all kinds of scores.
 */
final class SaeMethod {
  /** Number of rows trained on, counting repetitions. */
  static final long ROWS = 600_000;

  private static final int BATCH = 256;

  private SaeMethod() {}

  /** Trains an SAE, and returns its scorer. */
  static AnomalyScorer fit(float[][] train, long seed) throws IOException {
    int width = train[0].length;
    MemorySource rows = MemorySource.of(train);
    SparseAutoencoder sae =
        Saes.train(rows)
            .latents(Math.min(1024, Math.max(64, 4 * width)))
            .topK(Math.min(32, Math.max(2, width / 4)))
            .settings(settings -> settings.tokens(ROWS).batch(BATCH).seed(seed))
            .run()
            .sae();
    return AnomalyScorer.fit(sae, rows, done -> {});
  }

  /** Returns one kind of score for each row. */
  static double[] scores(AnomalyScorer scorer, float[][] rows, ScoreKind kind) {
    return scorer.score(rows).stream().mapToDouble(all -> all.of(kind)).toArray();
  }
}
