package io.github.sae4j.eval;

import io.github.sae4j.engine.SparseCodes;

/** The largest activation of each latent over the rows of one text. */
final class TextMaxima {
  private final float[] maxima;
  private final int[] fired;
  private int count;

  TextMaxima(int nLatents) {
    this.maxima = new float[nLatents];
    this.fired = new int[nLatents];
  }

  /** Discards the previous text and reads the codes of rows {@code [fromRow, toRow)}. */
  void read(SparseCodes codes, int fromRow, int toRow) {
    for (int i = 0; i < count; i++) {
      maxima[fired[i]] = 0;
    }
    count = 0;
    int[] latents = codes.latents();
    int end = codes.rowStarts()[toRow];
    for (int i = codes.rowStarts()[fromRow]; i < end; i++) {
      float value = (float) codes.value(i);
      int latent = latents[i];
      if (value > maxima[latent]) {
        if (maxima[latent] == 0) {
          fired[count++] = latent;
        }
        maxima[latent] = value;
      }
    }
  }

  /** Returns the number of latents that fired in the text. */
  int count() {
    return count;
  }

  /** Returns the i-th latent that fired. */
  int latent(int i) {
    return fired[i];
  }

  /** Returns the largest activation of a latent, or 0 if it did not fire. */
  float maximum(int latent) {
    return maxima[latent];
  }

  void addTo(TextScores.Builder scores, int text) {
    for (int i = 0; i < count; i++) {
      scores.add(fired[i], text, maxima[fired[i]]);
    }
  }
}
