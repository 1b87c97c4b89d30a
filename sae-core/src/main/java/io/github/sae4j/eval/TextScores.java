package io.github.sae4j.eval;

import java.util.Arrays;

/**
 * The texts in which each latent fires, with their scores: a text's score is the latent's largest
 * activation over its tokens. Takes eight bytes per pair of text and latent.
 */
final class TextScores {
  private static final int FIRST_CAPACITY = 16;

  private final int texts;
  private final int[][] textsOf;
  private final float[][] scoresOf;
  private final int[] sizes;

  private TextScores(int texts, int[][] textsOf, float[][] scoresOf, int[] sizes) {
    this.texts = texts;
    this.textsOf = textsOf;
    this.scoresOf = scoresOf;
    this.sizes = sizes;
  }

  /** Collects scores text by text. */
  public static final class Builder {
    private final int[][] textsOf;
    private final float[][] scoresOf;
    private final int[] sizes;

    public Builder(int nLatents) {
      this.textsOf = new int[nLatents][FIRST_CAPACITY];
      this.scoresOf = new float[nLatents][FIRST_CAPACITY];
      this.sizes = new int[nLatents];
    }

    /**
     * Adds the score of a text for a latent, at most once per pair.
     *
     * @param score the score, above 0
     */
    public void add(int latent, int text, float score) {
      int size = sizes[latent]++;
      if (size == textsOf[latent].length) {
        int larger = size + (size >> 1);
        textsOf[latent] = Arrays.copyOf(textsOf[latent], larger);
        scoresOf[latent] = Arrays.copyOf(scoresOf[latent], larger);
      }
      textsOf[latent][size] = text;
      scoresOf[latent][size] = score;
    }

    /**
     * Returns the scores so far; the builder must not be used afterwards.
     *
     * @param texts number of texts, including those in which no latent fires
     */
    public TextScores build(int texts) {
      return new TextScores(texts, textsOf, scoresOf, sizes);
    }
  }

  public int nLatents() {
    return sizes.length;
  }

  /** Returns the number of texts, including those in which no latent fires. */
  public int texts() {
    return texts;
  }

  /** Returns the number of texts in which the latent fires. */
  public int size(int latent) {
    return sizes[latent];
  }

  /** Returns the i-th text in which the latent fires. */
  public int text(int latent, int i) {
    return textsOf[latent][i];
  }

  /** Returns the score of the i-th text in which the latent fires. */
  public float score(int latent, int i) {
    return scoresOf[latent][i];
  }
}
