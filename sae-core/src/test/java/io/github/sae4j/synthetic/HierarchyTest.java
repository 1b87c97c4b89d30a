package io.github.sae4j.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class HierarchyTest {

  @Test
  void treesAreNumberedLevelByLevel() {
    // two roots, two children each, two below each of those: 2 + 4 + 8, and three single features
    Hierarchy trees = Hierarchy.exclusiveTrees(17, 2, 2, 2);
    for (int i = 0; i < 5; i++) {
      assertTrue(trees.isRoot(i));
    }
    assertArrayEquals(new int[] {5, 6}, trees.children(0));
    assertArrayEquals(new int[] {7, 8}, trees.children(1));
    assertArrayEquals(new int[0], trees.children(2));
    assertArrayEquals(new int[] {15, 16}, trees.children(8));
    assertEquals(8, trees.parent(16));
    assertTrue(trees.isExclusive(8));
    assertFalse(trees.isExclusive(2));
    assertEquals(
        "2 trees of depth 2 with 2 children per feature need 14 features, got 13",
        failure(() -> Hierarchy.exclusiveTrees(13, 2, 2, 2)));
  }

  @Test
  void graphsThatAreNotForestsThrow() {
    Hierarchy family = Hierarchy.flat(4).withChildren(0, 1).withChildren(1, 2);
    assertEquals("feature 2 already has a parent, 1", failure(() -> family.withChildren(3, 2)));
    assertEquals(
        "feature 0 cannot be both an ancestor and a descendant of 2",
        failure(() -> family.withChildren(2, 0)));
    assertEquals(
        "feature 3 cannot be both an ancestor and a descendant of 3",
        failure(() -> family.withChildren(3, 3)));
    assertEquals("feature 0 already has children", failure(() -> family.withChildren(0, 3)));
    assertEquals("a feature must be in 0 to 3, got 4", failure(() -> family.withChildren(3, 4)));
  }

  private static String failure(Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }
}
