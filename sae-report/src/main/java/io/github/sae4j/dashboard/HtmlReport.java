package io.github.sae4j.dashboard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a report as a self-contained page, {@code index.html}, with {@code latents.json} beside it
 * for programs to read.
 */
public final class HtmlReport {
  /** File name of the page within the report's directory. */
  public static final String PAGE = "index.html";

  private static final Logger LOG = LoggerFactory.getLogger(HtmlReport.class);

  private HtmlReport() {}

  /**
   * Rejects a directory in which a report would overwrite a file that belongs to no report.
   *
   * @throws IllegalArgumentException if it holds another page, or a data file without the page; the
   *     message names the file
   */
  public static void requireFree(Path directory) throws IOException {
    if (PageTemplate.isOwn(directory.resolve(PAGE))) {
      return;
    }
    for (String name : List.of(PAGE, LatentsJson.FILE)) {
      if (Files.exists(directory.resolve(name))) {
        throw new IllegalArgumentException(
            directory.resolve(name)
                + " is not part of a report, so it will not be overwritten; choose another directory");
      }
    }
  }

  /**
   * Writes the page and the data file, replacing those of an earlier report. The page has no plots
   * if Java cannot draw text because no fonts are installed.
   *
   * @param directory created if missing
   * @return the path of the page
   * @throws IllegalArgumentException as for {@link #requireFree}
   */
  public static Path write(Path directory, Report report) throws IOException {
    requireFree(directory);
    List<Plot.Drawn> drawn =
        Plots.of(report.curves(), report.densities()).stream()
            .flatMap(plot -> draw(plot).stream())
            .toList();
    Path page = directory.resolve(PAGE);
    PageTemplate.write(
        page,
        "What the latents mean",
        "page.html",
        Map.of(
            "style", PageTemplate.resource("page.css"),
            "script", PageTemplate.resource("page.js"),
            "data", out -> ReportJson.write(report, drawn, out)));
    LatentsJson.write(directory, report);
    return page;
  }

  /** Returns empty if Java cannot draw text. */
  private static Optional<Plot.Drawn> draw(Plot plot) {
    try {
      return Optional.of(plot.draw());
    } catch (RuntimeException | LinkageError | InternalError e) {
      LOG.warn(
          "the plot {} was left out: Java cannot draw text on this machine ({})",
          plot.name(),
          e,
          e);
      return Optional.empty();
    }
  }
}
