package io.github.sae4j.apply.anomaly;

import io.github.sae4j.apply.anomaly.Explanation.Dimension;
import io.github.sae4j.apply.anomaly.Explanation.Latent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Takes the scores of a row apart. */
final class Explanations {
  private Explanations() {}

  static Explanation of(EncodedRows rows, int row, LatentRates rates, int most) {
    return new Explanation(dimensions(rows, row, most), latents(rows, row, rates, most));
  }

  private static List<Dimension> dimensions(EncodedRows rows, int row, int most) {
    double error = rows.error(row);
    List<Dimension> all = new ArrayList<>();
    for (int j = 0; j < rows.width(); j++) {
      float value = rows.x()[row * rows.width() + j];
      float reconstruction = rows.reconstruction()[row * rows.width() + j];
      double d = (double) value - reconstruction;
      if (d != 0) {
        all.add(new Dimension(j, value, reconstruction, d * d / error));
      }
    }
    all.sort(Comparator.comparingDouble(each -> -each.part()));
    return all.subList(0, Math.min(most, all.size()));
  }

  private static List<Latent> latents(EncodedRows rows, int row, LatentRates rates, int most) {
    int[] active = rows.latents()[row];
    List<Latent> all = new ArrayList<>();
    for (int i = 0; i < active.length; i++) {
      int latent = active[i];
      float activation = rows.activations()[row][i];
      all.add(new Latent(latent, activation, rates.rate(latent), rates.surprise(latent, true)));
    }
    for (int latent : rates.missed(active, most)) {
      all.add(new Latent(latent, 0, rates.rate(latent), rates.surprise(latent, false)));
    }
    all.sort(Comparator.comparingDouble(each -> -each.surprise()));
    return all.subList(0, Math.min(most, all.size()));
  }
}
