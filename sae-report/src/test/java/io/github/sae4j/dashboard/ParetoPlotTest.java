package io.github.sae4j.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.eval.SweepPoint;
import io.github.sae4j.eval.SweepTable;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ParetoPlotTest {
  @TempDir Path directory;

  private static SweepPoint point(String variant, double strength, int nLatents, long seed) {
    boolean topK = variant.equals("topk");
    double l0 = topK ? strength : 4 / strength + seed;
    double fvu = (topK ? .6 : .8) / Math.sqrt(l0) * 3072 / nLatents + .004 * seed;
    String run = "%s-%s-%d-s%d".formatted(variant, strength, nLatents, seed);
    return new SweepPoint(
        run,
        "",
        variant,
        strength,
        nLatents,
        seed,
        l0,
        Double.NaN,
        false,
        fvu,
        1 - fvu,
        .01,
        .002,
        .98);
  }

  /** Two variants, two widths, three seeds. */
  private static List<SweepPoint> points() {
    List<SweepPoint> points = new ArrayList<>();
    for (int nLatents : new int[] {3072, 6144}) {
      for (long seed = 0; seed < 3; seed++) {
        for (double k : new double[] {16, 32, 64, 128}) {
          points.add(point("topk", k, nLatents, seed));
        }
        for (double lambda : new double[] {.03, .1, .3}) {
          points.add(point("relu-l1", lambda, nLatents, seed));
        }
      }
    }
    return points;
  }

  @Test
  void pictureAndPageShowEveryRun() throws Exception {
    SweepTable table = new SweepTable("</script> & rows", 1000, points());
    Path page = ParetoPlot.write(directory, table);
    BufferedImage image = ImageIO.read(directory.resolve("pareto.png").toFile());
    assertEquals(2 * ParetoDrawing.WIDTH, image.getWidth());
    Set<Integer> colours = new HashSet<>();
    for (int x = 0; x < image.getWidth(); x += 2) {
      for (int y = 0; y < image.getHeight(); y += 2) {
        colours.add(image.getRGB(x, y) & 0xffffff);
      }
    }
    assertTrue(colours.contains(0x0072B2) && colours.contains(0xD55E00), "one colour per variant");

    String html = Files.readString(page);
    assertFalse(html.contains("{{"), "every placeholder is filled");
    assertFalse(html.contains("http://") || html.contains("https://"));
    assertFalse(html.contains("innerHTML"));
    Document svg = svg(html);
    assertEquals(42 + 14, svg.getElementsByTagName("title").getLength(), "seeds and means");
    for (SweepPoint point : table.points()) {
      assertTrue(html.contains("data-about=\"" + point.run() + ": L0 "), point.run());
    }
    JsonNode data = data(html);
    assertEquals(42, data.get("runs").size());
    assertEquals("</script> & rows", data.get("source").asText());
  }

  @Test
  void undrawableRunsAreLeftOut() throws Exception {
    SweepPoint silent =
        new SweepPoint(
            "silent", "", "topk", 1, 8, 0, 0, Double.NaN, false, 1, 0, 1, .1, Double.NaN);
    SweepTable table = new SweepTable("rows", 10, List.of(silent, point("topk", 16, 3072, 0)));
    String html = Files.readString(ParetoPlot.write(directory, table));
    assertTrue(html.contains("Not drawn: 1 without active latents"));
    assertEquals(1, svg(html).getElementsByTagName("title").getLength());
    assertTrue(data(html).get("runs").get(0).get("cosine").isNull());
    ParetoPlot.write(directory, new SweepTable("rows", 10, List.of(silent)));
  }

  @Test
  void curvesGoThroughTheMeansOverSeeds() {
    List<ParetoCurve> curves = ParetoCurve.through(points());
    assertEquals(4, curves.size());
    ParetoCurve first = curves.get(0);
    assertEquals("topk", first.kind());
    assertEquals(
        List.of(16.0, 32.0, 64.0, 128.0),
        first.points().stream().map(ParetoCurve.Seeds::l0).toList());
    assertEquals(.6 / 4 + .004, first.points().get(0).fvu(), 1e-12);
    assertEquals(3, first.points().get(0).each().size());
    ParetoCurve relu = curves.get(1);
    assertEquals(.3, relu.points().get(0).each().get(0).sparsitySetting(), "ascending in L0");
  }

  @Test
  void axesHaveRoundTicks() {
    assertEquals("[20, 50, 100, 200]", ticks(15, 220));
    assertEquals("[10, 100, 1000, 10k, 100k]", ticks(8, 2e5));
    assertEquals("[0.1, 0.15, 0.2, 0.3]", ticks(.1, .34));
    assertEquals("[0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22]", ticks(.1, .22));
    assertTrue(PlotAxis.of(List.of(.1, .34)).logarithmic());
    assertFalse(PlotAxis.of(List.of(.1, .22)).logarithmic());
    assertFalse(PlotAxis.of(List.of(5.0)).logarithmic());
    assertTrue(PlotAxis.of(List.of(5.0)).ticks().size() >= 2);
    PlotAxis axis = new PlotAxis(1, 100, true);
    assertEquals(.5, axis.position(10), 1e-12);
  }

  private static String ticks(double from, double to) {
    return PlotAxis.of(List.of(from, to)).ticks().stream().map(PlotAxis::label).toList().toString();
  }

  private static Document svg(String html) throws Exception {
    Matcher svg = Pattern.compile("<svg.*</svg>", Pattern.DOTALL).matcher(html);
    assertTrue(svg.find());
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg.group())));
  }

  private static JsonNode data(String html) throws IOException {
    String mark = "<script type=\"application/json\" id=\"data\">";
    int start = html.indexOf(mark) + mark.length();
    return new ObjectMapper().readTree(html.substring(start, html.indexOf("</script>", start)));
  }
}
