package io.github.sae4j.synthetic;

/** The tables of {@link SyntheticFeatures} that rows are drawn from. Immutable. */
final class FiringModel {
  private final RootFirings roots;
  private final int[][] children;
  private final boolean[] exclusive;
  private final double[] probabilities;
  private final double[] means;
  private final double[] stds;

  FiringModel(SyntheticFeatures features) {
    Hierarchy hierarchy = features.hierarchy();
    int n = features.nFeatures();
    this.probabilities = features.probabilities();
    this.means = features.magnitudeMeans();
    this.stds = features.magnitudeStds();
    this.roots = RootFirings.of(probabilities, hierarchy, features.correlation(), features.seed());
    this.children = new int[n][];
    this.exclusive = new boolean[n];
    for (int i = 0; i < n; i++) {
      children[i] = hierarchy.children(i);
      exclusive[i] = hierarchy.isExclusive(i);
    }
  }

  int nFeatures() {
    return children.length;
  }

  RootFirings roots() {
    return roots;
  }

  /** Draws the magnitude of a feature; a value of 0 or below means that it does not fire. */
  float magnitude(int feature, RowRandom random) {
    double std = stds[feature];
    return (float) (std == 0 ? means[feature] : means[feature] + std * random.gaussian());
  }

  /**
   * Draws the children of a firing feature and adds those that fire to a queue.
   *
   * @return the queue's new length
   */
  int drawChildren(int parent, RowRandom random, int[] queue, int length) {
    int[] family = children[parent];
    if (family.length == 0) {
      return length;
    }
    if (!exclusive[parent]) {
      for (int child : family) {
        if (random.uniform() < probabilities[child]) {
          queue[length++] = child;
        }
      }
      return length;
    }
    double left = random.uniform();
    for (int child : family) {
      left -= probabilities[child];
      if (left < 0) {
        queue[length++] = child;
        break;
      }
    }
    return length;
  }
}
