package io.github.sae4j.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurvesPlotTest {
  private static final int FIRST = 0x0072B2;
  private static final int SECOND = 0xD55E00;

  @Test
  void higherCurveIsDrawnHigher(@TempDir Path directory) throws Exception {
    Map<String, TrainingCurves.Curve> curves = new LinkedHashMap<>();
    curves.put("high", new TrainingCurves.Curve(List.of(1.0, 2.0, 3.0), List.of(.9, .5, .4)));
    curves.put("low", new TrainingCurves.Curve(List.of(1.0, 2.0, 3.0), List.of(.3, .1, .05)));
    Path png = directory.resolve("curves.png");
    CurvesPlot.write(curves, "steps", "FVU", png);
    BufferedImage picture = ImageIO.read(png.toFile());
    assertEquals(2080, picture.getWidth());
    int plotted = 2 * 680; // the legend starts to the right of it
    double high = meanHeight(picture, FIRST, plotted);
    double low = meanHeight(picture, SECOND, plotted);
    assertTrue(high + 200 < low, "lines of pixels " + high + " and " + low);
  }

  private static double meanHeight(BufferedImage picture, int colour, int width) {
    long sum = 0;
    long count = 0;
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < width; x++) {
        if ((picture.getRGB(x, y) & 0xffffff) == colour) {
          sum += y;
          count++;
        }
      }
    }
    assertTrue(count > 100, count + " pixels of the curve");
    return (double) sum / count;
  }
}
