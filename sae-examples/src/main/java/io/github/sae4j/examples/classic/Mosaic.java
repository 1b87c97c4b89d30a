package io.github.sae4j.examples.classic;

import io.github.sae4j.format.AtomicFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;

/**
 * Arranges small greyscale pictures in one PNG, separated by lines. Each tile has its own contrast:
 * if m is its largest absolute value, −m is black, 0 mid-grey and m white.
 *
 * @param tileWidth width of a tile in pixels
 * @param tileHeight height of a tile in pixels
 * @param columns tiles per row
 * @param zoom side of the square drawn for a value
 */
public record Mosaic(int tileWidth, int tileHeight, int columns, int zoom) {
  private static final int LINE = 40; // grey level of the lines
  private static final int MIDDLE = 128;
  private static final int REACH = 127;

  public Mosaic {
    if (tileWidth < 1 || tileHeight < 1 || columns < 1 || zoom < 1) {
      throw new IllegalArgumentException(
          "a mosaic's sizes must be at least 1, got tiles of %d x %d, %d columns, zoom %d"
              .formatted(tileWidth, tileHeight, columns, zoom));
    }
  }

  /**
   * Draws tiles from left to right and top to bottom.
   *
   * @param tiles {@code [tiles][tileHeight * tileWidth]} in row-major order
   */
  public BufferedImage draw(float[][] tiles) {
    int lines = Math.max(1, (tiles.length + columns - 1) / columns);
    int stepX = tileWidth * zoom + 1;
    int stepY = tileHeight * zoom + 1;
    BufferedImage image =
        new BufferedImage(columns * stepX + 1, lines * stepY + 1, BufferedImage.TYPE_BYTE_GRAY);
    int[] line = new int[image.getWidth() * image.getHeight()];
    Arrays.fill(line, LINE);
    image.getRaster().setPixels(0, 0, image.getWidth(), image.getHeight(), line);
    for (int i = 0; i < tiles.length; i++) {
      drawTile(image, tiles[i], i % columns * stepX + 1, i / columns * stepY + 1);
    }
    return image;
  }

  private void drawTile(BufferedImage image, float[] tile, int left, int top) {
    if (tile.length != tileWidth * tileHeight) {
      throw new IllegalArgumentException(
          "a tile of %d x %d has %d values, got %d"
              .formatted(tileWidth, tileHeight, tileWidth * tileHeight, tile.length));
    }
    float most = 0;
    for (float value : tile) {
      most = Math.max(most, Math.abs(value));
    }
    for (int y = 0; y < tileHeight * zoom; y++) {
      for (int x = 0; x < tileWidth * zoom; x++) {
        float value = tile[y / zoom * tileWidth + x / zoom];
        int grey = most == 0 ? MIDDLE : MIDDLE + Math.round(REACH * value / most);
        image.getRaster().setSample(left + x, top + y, 0, grey);
      }
    }
  }

  /** Draws tiles into a PNG file. */
  public void write(float[][] tiles, Path png) throws IOException {
    BufferedImage image = draw(tiles);
    AtomicFiles.write(png, out -> ImageIO.write(image, "png", out));
  }
}
