package io.github.sae4j.examples.anomaly;

import com.amazon.randomcutforest.RandomCutForest;

/** A random cut forest (Guha et al., ICML 2016) of 100 trees with samples of 256 rows. */
record CutForest() implements Method {
  private static final int TREES = 100;
  private static final int SAMPLE = 256;

  @Override
  public String name() {
    return "random cut forest";
  }

  @Override
  public Fitted fit(float[][] train, long seed) {
    RandomCutForest forest =
        RandomCutForest.builder()
            .dimensions(train[0].length)
            .numberOfTrees(TREES)
            .sampleSize(SAMPLE)
            .timeDecay(0) // the rows are no stream: each counts alike
            .randomSeed(seed)
            .build();
    for (float[] row : train) {
      forest.update(row.clone());
    }
    return rows -> {
      double[] scores = new double[rows.length];
      for (int i = 0; i < rows.length; i++) {
        scores[i] = forest.getAnomalyScore(rows[i].clone());
      }
      return scores;
    };
  }
}
