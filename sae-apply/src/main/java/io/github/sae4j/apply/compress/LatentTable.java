package io.github.sae4j.apply.compress;

import java.util.Arrays;

/**
 * What a file knows of each latent: how often it was active in the rows that the file was
 * calibrated on, and its largest magnitude. Codes list frequent latents first, so that the gaps
 * between the places of active latents are small.
 */
final class LatentTable {
  /** The class of a latent that was not seen. */
  static final int UNSEEN = 255;

  private static final double CLASSES_PER_OCTAVE = 4;

  private final byte[] classes; // −4·log2 of the rate, rounded
  private final float[] scales; // bfloat16; null if not of each latent
  private final int[] placeOf;
  private final int[] latentAt;

  LatentTable(byte[] classes, float[] scalesOrNull) {
    this.classes = classes;
    this.scales = scalesOrNull;
    this.latentAt = new int[classes.length];
    this.placeOf = new int[classes.length];
    sort();
  }

  /** A counting sort by class; within a class, latents stay in order. */
  private void sort() {
    int[] next = new int[UNSEEN + 2];
    for (byte each : classes) {
      next[(each & 0xff) + 1]++;
    }
    for (int i = 1; i < next.length; i++) {
      next[i] += next[i - 1];
    }
    for (int latent = 0; latent < classes.length; latent++) {
      int place = next[classes[latent] & 0xff]++;
      latentAt[place] = latent;
      placeOf[latent] = place;
    }
  }

  /**
   * Returns the table of calibration rows.
   *
   * @param active in how many rows each latent was active
   * @param largestOrNull each latent's largest magnitude; null if scales are not of each latent
   * @param rows the number of rows, at least 1
   */
  static LatentTable of(long[] active, float[] largestOrNull, long rows) {
    byte[] classes = new byte[active.length];
    Arrays.fill(classes, (byte) UNSEEN);
    for (int j = 0; j < active.length; j++) {
      if (active[j] > 0) {
        double octaves = Math.log((double) rows / active[j]) / Math.log(2);
        classes[j] = (byte) Math.min(UNSEEN - 1, Math.round(CLASSES_PER_OCTAVE * octaves));
      }
    }
    return new LatentTable(classes, largestOrNull == null ? null : scales(active, largestOrNull));
  }

  /** Latents that were not seen get the largest scale. */
  private static float[] scales(long[] active, float[] largest) {
    float most = 0;
    for (float each : largest) {
      most = Math.max(most, each);
    }
    float[] scales = new float[largest.length];
    for (int j = 0; j < scales.length; j++) {
      scales[j] = Bfloat16.up(active[j] > 0 ? largest[j] : most > 0 ? most : 1);
    }
    return scales;
  }

  int latents() {
    return classes.length;
  }

  byte[] classes() {
    return classes;
  }

  /** Returns whether each latent has a scale. */
  boolean hasScales() {
    return scales != null;
  }

  float scale(int latent) {
    return scales[latent];
  }

  /** Returns the place of a latent, from the most frequent to the least. */
  int placeOf(int latent) {
    return placeOf[latent];
  }

  int latentAt(int place) {
    return latentAt[place];
  }
}
