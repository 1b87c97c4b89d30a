package io.github.sae4j.synthetic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which features can fire only if another feature, their parent, fires. A feature's children either
 * fire independently of each other or are mutually exclusive. Immutable.
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

  /** Returns features without parents. */
  public static Hierarchy flat(int nFeatures) {
    int[] parents = new int[nFeatures];
    Arrays.fill(parents, NONE);
    return new Hierarchy(parents, new int[nFeatures][0], new boolean[nFeatures]);
  }

  /**
   * Returns trees in which every feature except the leaves has the same number of mutually
   * exclusive children. The roots are the first features; the features below them are the last,
   * level by level and tree by tree.
   *
   * @param depth number of levels below the roots
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
          "%d trees of depth %d with %d children per feature need %d features, got %d"
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

  /**
   * Returns this hierarchy with children that fire independently of each other when the parent
   * fires.
   */
  public Hierarchy withChildren(int parent, int... features) {
    return with(parent, false, features);
  }

  /** Returns this hierarchy with children of which at most one fires when the parent fires. */
  public Hierarchy withExclusiveChildren(int parent, int... features) {
    return with(parent, true, features);
  }

  private Hierarchy with(int parent, boolean exclude, int... features) {
    requireFeature(parent);
    if (children[parent].length > 0) {
      throw new IllegalArgumentException("feature " + parent + " already has children");
    }
    int[] newParents = parents.clone();
    for (int child : features) {
      requireFeature(child);
      if (newParents[child] != NONE) {
        throw new IllegalArgumentException(
            "feature %d already has a parent, %d".formatted(child, newParents[child]));
      }
      for (int ancestor = parent; ancestor != NONE; ancestor = parents[ancestor]) {
        if (ancestor == child) {
          throw new IllegalArgumentException(
              "feature %d cannot be both an ancestor and a descendant of %d"
                  .formatted(child, parent));
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
          "a feature must be in 0 to %d, got %d".formatted(parents.length - 1, feature));
    }
  }

  public int nFeatures() {
    return parents.length;
  }

  /** Returns whether the feature has no parent and can fire by itself. */
  public boolean isRoot(int feature) {
    return parents[feature] == NONE;
  }

  /** Returns the parent of a feature, or −1 if it has none. */
  public int parent(int feature) {
    return parents[feature];
  }

  /** Returns the children of a feature, which fire only if it does. */
  public int[] children(int feature) {
    return children[feature].clone();
  }

  /** Returns whether at most one of the feature's children fires. */
  public boolean isExclusive(int feature) {
    return exclusive[feature];
  }
}
