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
 * Writes a report as one page, {@code index.html}, that loads nothing and can be passed on by
 * itself, with {@code latents.json} beside it for programs.
 */
public final class HtmlReport {
  /** Name of the page within the report's directory. */
  public static final String PAGE = "index.html";

  private static final Logger LOG = LoggerFactory.getLogger(HtmlReport.class);

  private HtmlReport() {}

  /**
   * Refuses a directory in which a report would replace what is of none.
   *
   * @throws IllegalArgumentException if it holds another page, or a file for programs without the
   *     page; names the file
   */
  public static void requireFree(Path directory) throws IOException {
    if (PageTemplate.isOwn(directory.resolve(PAGE))) {
      return;
    }
    for (String name : List.of(PAGE, LatentsJson.FILE)) {
      if (Files.exists(directory.resolve(name))) {
        throw new IllegalArgumentException(
            directory.resolve(name)
                + " is not part of a report, and is not replaced: choose another directory");
      }
    }
  }

  /**
   * Writes the page and the file for programs, replacing those of an earlier report. Where Java
   * cannot draw text (no fonts are installed) the page has no plots.
   *
   * @param directory is created if missing
   * @return the path of the page
   * @throws IllegalArgumentException as {@link #requireFree}
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
        "page.html",
        Map.of(
            "style", PageTemplate.resource("page.css"),
            "script", PageTemplate.resource("page.js"),
            "data", out -> ReportJson.write(report, drawn, out)));
    LatentsJson.write(directory, report);
    return page;
  }

  /** Empty where Java cannot draw. */
  private static Optional<Plot.Drawn> draw(Plot plot) {
    try {
      return Optional.of(plot.draw());
    } catch (RuntimeException | LinkageError | InternalError e) {
      LOG.warn("the plot {} is left out: Java cannot draw text here ({})", plot.name(), e, e);
      return Optional.empty();
    }
  }
}
