package io.github.sae4j.dashboard;

import io.github.sae4j.format.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a report as {@code index.html} with PNG plots beside it. The page loads nothing from
 * elsewhere and works from a directory on a disk.
 */
public final class HtmlReport {
  /** Name of the page within the report's directory. */
  public static final String PAGE = "index.html";

  private static final Logger LOG = LoggerFactory.getLogger(HtmlReport.class);

  private HtmlReport() {}

  /**
   * Writes the page and its plots, replacing those of an earlier report. Where Java cannot draw
   * text (no fonts are installed) the page is written without plots.
   *
   * @param directory is created if missing
   * @return the path of the page
   */
  public static Path write(Path directory, Report report) throws IOException {
    List<Plot> drawn = new ArrayList<>();
    for (Plot plot : Plots.of(report.curves(), report.densities())) {
      byte[] png = draw(plot);
      if (png != null) {
        AtomicFiles.write(directory.resolve(plot.file()), out -> out.write(png));
        drawn.add(plot);
      }
    }
    Path page = directory.resolve(PAGE);
    PageTemplate.write(
        page,
        "page.html",
        Map.of(
            "style", PageTemplate.resource("page.css"),
            "script", PageTemplate.resource("page.js"),
            "data", out -> ReportJson.write(report, drawn, out)));
    return page;
  }

  /** Null where Java cannot draw. */
  private static byte[] draw(Plot plot) {
    try {
      return plot.png().bytes();
    } catch (RuntimeException | LinkageError | InternalError e) {
      LOG.warn("the plot {} is left out: Java cannot draw text here ({})", plot.file(), e, e);
      return null;
    }
  }
}
