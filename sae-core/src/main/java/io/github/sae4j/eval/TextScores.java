package io.github.sae4j.eval;

import java.util.Arrays;

/**
 * For each latent, the texts in which it fires with their scores: a text's score is the latent's
 * largest activation over the text's tokens. Eight bytes for each pair of a text and a latent.
 */
public final class TextScores {
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

  /** Collects scores, text after text. */
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
     * Adds the score of a text for a latent, at most once for each pair.
     *
     * @param score above 0
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
     * The scores so far; the builder must not be used afterwards.
     *
     * @param texts number of texts, with those in which no latent fires
     */
    public TextScores build(int texts) {
      return new TextScores(texts, textsOf, scoresOf, sizes);
    }
  }

  public int nLatents() {
    return sizes.length;
  }

  /** Number of texts, whether or not a latent fires in them. */
  public int texts() {
    return texts;
  }

  /** Number of texts in which the latent fires. */
  public int size(int latent) {
    return sizes[latent];
  }

  /** The i-th text in which the latent fires. */
  public int text(int latent, int i) {
    return textsOf[latent][i];
  }

  /** The score of that text. */
  public float score(int latent, int i) {
    return scoresOf[latent][i];
  }
}
