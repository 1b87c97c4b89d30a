package io.github.sae4j.synthetic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which feature can fire only if another, its parent, fires. A feature's children fire
 * independently of each other, or exclude each other. Immutable.
 */
public final class Hierarchy {
  private static final int NONE = -1;

  private final int[] parents;
  private final int[][] children;
  private final boolean[] exclusive;

  private Hierarchy(int[] parents, int[][] children, boolean[] exclusive) {
    this.parents = parents;
    this.children = children;
    this.exclusive = exclusive;
  }

  /** Features without parents. */
  public static Hierarchy flat(int nFeatures) {
    int[] parents = new int[nFeatures];
    Arrays.fill(parents, NONE);
    return new Hierarchy(parents, new int[nFeatures][0], new boolean[nFeatures]);
  }

  /**
   * Trees in which every feature but the leaves has the same number of children, which exclude each
   * other. The roots are the features from 0 on; the features below them, level after level and
   * tree after tree, are the last ones.
   *
   * @param depth levels below the roots
   */
  public static Hierarchy exclusiveTrees(int nFeatures, int roots, int branching, int depth) {
    long inTrees = roots;
    long level = roots;
    for (int d = 0; d < depth; d++) {
      level *= branching;
      inTrees += level;
    }
    if (inTrees > nFeatures) {
      throw new IllegalArgumentException(
          "%d trees of depth %d with %d children a feature take %d features, got %d"
              .formatted(roots, depth, branching, inTrees, nFeatures));
    }
    Hierarchy trees = flat(nFeatures);
    int next = nFeatures - (int) (inTrees - roots);
    List<Integer> above = new ArrayList<>();
    for (int root = 0; root < roots; root++) {
      above.add(root);
    }
    for (int d = 0; d < depth; d++) {
      List<Integer> below = new ArrayList<>();
      for (int parent : above) {
        int[] family = new int[branching];
        for (int c = 0; c < branching; c++) {
          family[c] = next;
          below.add(next++);
        }
        trees = trees.withExclusiveChildren(parent, family);
      }
      above = below;
    }
    return trees;
  }

  /** The same, and features that fire independently of each other where the parent fires. */
  public Hierarchy withChildren(int parent, int... features) {
    return with(parent, false, features);
  }

  /** The same, and features of which one at most fires where the parent fires. */
  public Hierarchy withExclusiveChildren(int parent, int... features) {
    return with(parent, true, features);
  }

  private Hierarchy with(int parent, boolean exclude, int... features) {
    requireFeature(parent);
    if (children[parent].length > 0) {
      throw new IllegalArgumentException("feature " + parent + " has children already");
    }
    int[] newParents = parents.clone();
    for (int child : features) {
      requireFeature(child);
      if (newParents[child] != NONE) {
        throw new IllegalArgumentException(
            "feature %d has a parent already, %d".formatted(child, newParents[child]));
      }
      for (int ancestor = parent; ancestor != NONE; ancestor = parents[ancestor]) {
        if (ancestor == child) {
          throw new IllegalArgumentException(
              "feature %d cannot be above and below %d".formatted(child, parent));
        }
      }
      newParents[child] = parent;
    }
    int[][] newChildren = children.clone();
    newChildren[parent] = features.clone();
    boolean[] newExclusive = exclusive.clone();
    newExclusive[parent] = exclude;
    return new Hierarchy(newParents, newChildren, newExclusive);
  }

  private void requireFeature(int feature) {
    if (feature < 0 || feature >= parents.length) {
      throw new IllegalArgumentException(
          "there are features 0 to %d, not %d".formatted(parents.length - 1, feature));
    }
  }

  public int nFeatures() {
    return parents.length;
  }

  /** Whether the feature can fire by itself. */
  public boolean isRoot(int feature) {
    return parents[feature] == NONE;
  }

  /** The feature without which this one cannot fire; −1 for none. */
  public int parent(int feature) {
    return parents[feature];
  }

  /** The features that need this one. */
  public int[] children(int feature) {
    return children[feature].clone();
  }

  /** Whether of the feature's children one at most fires. */
  public boolean isExclusive(int feature) {
    return exclusive[feature];
  }
}
