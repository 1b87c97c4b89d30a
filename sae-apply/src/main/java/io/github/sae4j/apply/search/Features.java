package io.github.sae4j.apply.search;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.SparseCode;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.FeatureField;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;

/**
 * Codes as features of Lucene: a latent is a term, and its activation the term's weight, which
 * Lucene keeps to 8 bits after the leading one. The score of a text is the dot product of its code
 * with the query's; codes are scaled to length 1, so it is their cosine.
 */
final class Features {
  static final String FIELD = "latents";

  /** Latents of a query; Lucene takes no more clauses. */
  private static final int MOST_LATENTS = 1024;

  private Features() {}

  /**
   * @throws IllegalArgumentException if codes of this SAE can be negative, which the features of
   *     Lucene cannot
   */
  static void requireSuited(SparseAutoencoder sae) {
    if (sae.variant().isSigned()) {
      throw new IllegalArgumentException(
          "codes of %s can be negative, which an index cannot hold"
              .formatted(sae.variant().label()));
    }
    if (sae.parameters().form().isTranscoder()) {
      throw new IllegalArgumentException("an index needs an autoencoder, not a transcoder");
    }
  }

  static void add(SparseCode code, Document document) {
    float scale = scale(code);
    for (SparseCode.Activation active : code.top(code.l0())) {
      float value = active.value() * scale;
      if (value >= Float.MIN_NORMAL) {
        document.add(new FeatureField(FIELD, name(active.latent()), value));
      }
    }
  }

  static Query query(SparseCode code) {
    float scale = scale(code);
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    for (SparseCode.Activation active : code.top(Math.min(MOST_LATENTS, code.l0()))) {
      float weight = active.value() * scale;
      if (weight >= Float.MIN_NORMAL) {
        Query one = FeatureField.newLinearQuery(FIELD, name(active.latent()), weight);
        all.add(one, BooleanClause.Occur.SHOULD);
      }
    }
    return all.build();
  }

  private static String name(int latent) {
    return Integer.toString(latent);
  }

  private static float scale(SparseCode code) {
    return (float) (1 / norm(code));
  }

  /** Returns the length of a code; 1 if no latent is active. */
  static double norm(SparseCode code) {
    double squares = 0;
    for (float value : code.values()) {
      squares += (double) value * value;
    }
    return squares == 0 ? 1 : Math.sqrt(squares);
  }
}
