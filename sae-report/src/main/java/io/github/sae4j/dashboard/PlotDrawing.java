package io.github.sae4j.dashboard;

import static org.knowm.xchart.style.markers.SeriesMarkers.NONE;

import io.github.sae4j.eval.DensityHistogram;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.XYStyler;

/** Draws PNG plots at twice their displayed size. */
final class PlotDrawing {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 560;
  private static final Color INK = new Color(0x3a, 0x3f, 0x47);
  private static final Color GRID = new Color(0xe3, 0xe6, 0xea);
  private static final Color LINE = new Color(0x0b, 0x7a, 0x75);
  private static final Color AREA = new Color(0x0b, 0x7a, 0x75, 0x55);

  private PlotDrawing() {}

  /**
   * Draws a line over the course of training, starting at 0.
   *
   * @param mostOrNull upper end of the axis; null for the largest value
   */
  static byte[] curve(
      TrainingCurves.Curve curve,
      boolean byTokens,
      Function<Double, String> labels,
      Double mostOrNull) {
    double last = curve.at().get(curve.at().size() - 1);
    double unit = last >= 1e6 ? 1e6 : last >= 1e4 ? 1e3 : 1;
    String scale = unit == 1e6 ? "million " : unit == 1e3 ? "thousand " : "";
    XYChart chart = chart(scale + (byTokens ? "tokens seen in training" : "training steps"));
    XYStyler style = chart.getStyler();
    style.setXAxisMin(0.0);
    style.setYAxisMin(0.0);
    if (mostOrNull != null) {
      style.setYAxisMax(mostOrNull);
    }
    style.setXAxisDecimalPattern("#,##0.###");
    style.setyAxisTickLabelsFormattingFunction(labels);
    List<Double> at = curve.at().stream().map(x -> x / unit).toList();
    XYSeries series = chart.addSeries("value", at, curve.values());
    series.setMarker(NONE);
    series.setLineColor(LINE);
    series.setLineStyle(new BasicStroke(4f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    // XChart puts ticks at equally spaced points, however odd their values; an invisible point
    // between the first two makes it choose round numbers
    double between = (at.get(0) + at.get(Math.min(1, at.size() - 1))) / 2;
    chart.addSeries("unseen", List.of(between), List.of(0.0)).setMarker(NONE);
    return png(chart);
  }

  /** Draws a histogram of latents by the logarithm of their density. */
  static byte[] histogram(DensityHistogram histogram) {
    List<Integer> counts = histogram.counts();
    int first = 0;
    while (first < counts.size() - 1 && counts.get(first) == 0) {
      first++;
    }
    List<Double> edges = new ArrayList<>();
    List<Double> heights = new ArrayList<>();
    edges.add(DensityHistogram.LOG10_FROM + first * DensityHistogram.BIN_WIDTH);
    heights.add(0.0);
    for (int bin = first; bin < counts.size(); bin++) {
      double from = DensityHistogram.LOG10_FROM + bin * DensityHistogram.BIN_WIDTH;
      for (double edge : new double[] {from, from + DensityHistogram.BIN_WIDTH}) {
        edges.add(edge);
        heights.add((double) counts.get(bin));
      }
    }
    edges.add(0.0);
    heights.add(0.0);
    XYChart chart = chart("fraction of tokens at which a latent is active");
    XYStyler style = chart.getStyler();
    style.setXAxisMin(Math.floor(edges.get(0)));
    style.setXAxisMax(0.0);
    style.setYAxisMin(0.0);
    style.setXAxisTickMarkSpacingHint(130);
    style.setxAxisTickLabelsFormattingFunction(PlotDrawing::powerOfTen);
    style.setyAxisTickLabelsFormattingFunction(PlotDrawing::large);
    XYSeries series = chart.addSeries("latents", edges, heights);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
    series.setMarker(NONE);
    series.setLineColor(LINE);
    series.setLineStyle(new BasicStroke(3f));
    series.setFillColor(AREA);
    return png(chart);
  }

  private static XYChart chart(String xTitle) {
    XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle(xTitle).build();
    XYStyler style = chart.getStyler();
    style.setLegendVisible(false);
    style.setChartTitleVisible(false);
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBackgroundColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setChartFontColor(INK);
    style.setAxisTickLabelsColor(INK);
    style.setPlotGridLinesColor(GRID);
    style.setPlotGridLinesStroke(new BasicStroke(1.5f));
    style.setPlotGridVerticalLinesVisible(false);
    style.setAxisTicksMarksVisible(false);
    style.setAxisTicksLineVisible(false);
    style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 24));
    style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 24));
    style.setXAxisTickMarkSpacingHint(160);
    style.setYAxisTickMarkSpacingHint(90);
    style.setChartPadding(16);
    return chart;
  }

  private static byte[] png(XYChart chart) {
    try {
      return BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Formats 1500000 as "1.5M". */
  static String large(double value) {
    String[] units = {"", "k", "M", "G"};
    double scaled = value;
    int unit = 0;
    while (Math.abs(scaled) >= 1000 && unit < units.length - 1) {
      scaled /= 1000;
      unit++;
    }
    return decimal(scaled) + units[unit];
  }

  /** Formats with at most three decimals and no trailing zeros. */
  static String decimal(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.replaceFirst("\\.?0+$", "");
  }

  static String percent(double fraction) {
    return decimal(100 * fraction) + " %";
  }

  /** Formats an integer exponent as a percentage: -3 as "0.1 %". */
  private static String powerOfTen(double exponent) {
    if (exponent != Math.rint(exponent)) {
      return "";
    }
    return BigDecimal.ONE.scaleByPowerOfTen((int) exponent + 2).toPlainString() + " %";
  }
}
