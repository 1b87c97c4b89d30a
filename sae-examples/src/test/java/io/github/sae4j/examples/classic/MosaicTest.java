package io.github.sae4j.examples.classic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MosaicTest {
  /** Three 2 x 1 tiles in two columns: lines at x = 0, 3, 6 and y = 0, 2, 4. */
  @Test
  void tilesHaveTheirOwnContrast(@TempDir Path directory) throws IOException {
    Path png = directory.resolve("new/mosaic.png");
    new Mosaic(2, 1, 2, 1).write(new float[][] {{-2, 2}, {0, 5}, {0, 0}}, png);

    var raster = ImageIO.read(png.toFile()).getRaster();

    assertEquals(7, raster.getWidth());
    assertEquals(5, raster.getHeight());
    int[][] expected = {
      {40, 40, 40, 40, 40, 40, 40},
      {40, 1, 255, 40, 128, 255, 40},
      {40, 40, 40, 40, 40, 40, 40},
      {40, 128, 128, 40, 40, 40, 40},
      {40, 40, 40, 40, 40, 40, 40}
    };
    for (int y = 0; y < expected.length; y++) {
      for (int x = 0; x < expected[y].length; x++) {
        assertEquals(expected[y][x], raster.getSample(x, y, 0), "pixel " + x + ", " + y);
      }
    }
  }

  @Test
  void zoomRepeatsAValue() {
    var raster = new Mosaic(2, 1, 1, 2).draw(new float[][] {{-1, 1}}).getRaster();

    assertEquals(1, raster.getSample(2, 2, 0));
    assertEquals(255, raster.getSample(3, 1, 0));
  }

  @Test
  void tileOfWrongSizeThrows() {
    Mosaic mosaic = new Mosaic(2, 2, 1, 1);

    var refused =
        assertThrows(IllegalArgumentException.class, () -> mosaic.draw(new float[][] {{1, 2, 3}}));

    assertTrue(refused.getMessage().contains("2 x 2 has 4 values, got 3"), refused.getMessage());
  }
}
