package io.github.sae4j.examples.classic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchesTest {
  /** A patch of a picture whose pixel is 10 y + x shows where it was cut. */
  @Test
  void patchIsASquareOfThePicture() {
    float[] grey = new float[30];
    for (int i = 0; i < grey.length; i++) {
      grey[i] = 10 * (i / 6) + i % 6;
    }

    Rows patches = new Patches(2, 50).cut(List.of(new Photograph(6, 5, grey)), 1);

    assertEquals(50, patches.rows());
    for (int i = 0; i < 50; i++) {
      float first = patches.values()[4 * i];
      float[] patch = patches.select(new int[] {i}).values();
      assertArrayEquals(new float[] {first, first + 1, first + 10, first + 11}, patch);
    }
  }

  /**
   * Minus their means: (5, -5), (0, 0); deviation √(50/4), limit 10.607, and ±5 is 0.4714 of it.
   */
  @Test
  void squashedPatchesHaveMeanOneHalf() {
    Rows squashed = Patches.squashed(new Rows("x", 2, new float[] {15, 5, 3, 3}));

    assertArrayEquals(
        new float[] {.5f + .4f * .4714f, .5f - .4f * .4714f, .5f, .5f}, squashed.values(), 1e-4f);
  }

  /** One patch in 20 stands out: it deviates by more than three standard deviations. */
  @Test
  void valuesBeyondThreeDeviationsAreClipped() {
    float[] values = new float[40];
    values[0] = 1;
    values[1] = -1;

    float[] squashed = Patches.squashed(new Rows("x", 2, values)).values();

    assertEquals(.9, squashed[0], 1e-6);
    assertEquals(.1, squashed[1], 1e-6);
    assertEquals(.5, squashed[2], 1e-6);
  }

  @Test
  void halvingTakesTheMeanOfFourPixels() {
    Photograph half = new Photograph(3, 2, new float[] {1, 2, 9, 3, 6, 9}).halved();

    assertEquals(1, half.width());
    assertArrayEquals(new float[] {3}, half.grey());
  }

  /** The gain for a wave of 1/8 cycle per pixel is (1/8)·exp(−(0.125/0.4)⁴) = 0.1238. */
  @Test
  void whiteningMultipliesAWaveByItsFrequency() {
    int side = 64;
    float[] wave = new float[side * side];
    for (int i = 0; i < wave.length; i++) {
      wave[i] = (float) Math.cos(2 * Math.PI * (i % side) / 8) + 7;
    }

    Photograph white = new Whitening(.4, 20).apply(new Photograph(side, side, wave));

    assertEquals(24, white.width());
    for (int i = 0; i < white.width(); i++) {
      assertEquals(.1238 * Math.cos(2 * Math.PI * (i + 20) / 8), white.grey()[i], 5e-3);
    }
  }

  @Test
  void edgeIsOrientedButSpotIsNot() {
    assertEquals(1, Orientedness.of(new float[] {1, 1, 1, 0, 0, 0, -1, -1, -1}, 3), 1e-12);
    assertEquals(1, Orientedness.of(new float[] {2, 1, 0, 1, 0, -1, 0, -1, -2}, 3), 1e-12);
    assertEquals(.5, Orientedness.of(new float[] {0, 0, 0, 0, 1, 0, 0, 0, 0}, 3), 1e-12);
    assertEquals(.5, Orientedness.of(new float[9], 3), 0);
  }

  @Test
  void fileThatIsNotAPictureIsNamed(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("a.jpg"), "no picture");

    var refused = assertThrows(MalformedFileException.class, () -> Photograph.read(file));

    assertTrue(refused.getMessage().contains("a.jpg: expected a picture, found"));
  }
}
