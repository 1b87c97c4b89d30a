package io.github.sae4j.dashboard;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.eval.SweepPoint;
import io.github.sae4j.eval.SweepTable;
import io.github.sae4j.format.AtomicFiles;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trade-off between loss and sparsity over the SAEs of a sweep: FVU against L0, as a picture
 * and as a self-contained page.
 */
public final class ParetoPlot {
  /** File name of the picture. */
  public static final String PICTURE = "pareto.png";

  /** File name of the page. */
  public static final String PAGE = "pareto.html";

  private static final Logger LOG = LoggerFactory.getLogger(ParetoPlot.class);

  private ParetoPlot() {}

  /**
   * Writes both files, replacing existing ones. The picture is left out if Java cannot draw text
   * because no fonts are installed.
   *
   * @param directory created if missing
   * @return the path of the page
   */
  public static Path write(Path directory, SweepTable table) throws IOException {
    List<SweepPoint> points = ParetoDrawing.drawable(table.points());
    Optional<byte[]> png = draw(points);
    if (png.isPresent()) {
      AtomicFiles.write(directory.resolve(PICTURE), out -> out.write(png.get()));
    }
    SvgCanvas svg =
        new SvgCanvas(ParetoDrawing.WIDTH, ParetoDrawing.HEIGHT, "FVU against L0 of each SAE");
    new ParetoDrawing(points, svg).draw();
    Path page = directory.resolve(PAGE);
    PageTemplate.write(
        page,
        "A sweep of sparse autoencoders",
        "pareto.html",
        Map.of(
            "style",
            PageTemplate.resource("page.css", "pareto.css"),
            "script",
            PageTemplate.resource("pareto.js"),
            "plot",
            out -> out.write(svg.element()),
            "left-out",
            out -> out.write(leftOut(table.points().size() - points.size())),
            "data",
            out -> writeData(table, out)));
    return page;
  }

  /** Returns the picture, or nothing if Java cannot draw text. */
  private static Optional<byte[]> draw(List<SweepPoint> points) {
    try {
      PngCanvas canvas = new PngCanvas(ParetoDrawing.WIDTH, ParetoDrawing.HEIGHT);
      new ParetoDrawing(points, canvas).draw();
      return Optional.of(canvas.bytes());
    } catch (RuntimeException | LinkageError | InternalError e) {
      LOG.warn("{} was left out: Java cannot draw text on this machine ({})", PICTURE, e, e);
      return Optional.empty();
    }
  }

  private static String leftOut(int count) {
    return count == 0
        ? ""
        : String.format(
            Locale.ROOT, " Not drawn: %d without active latents or without a finite FVU.", count);
  }

  private static void writeData(SweepTable table, Writer out) throws IOException {
    try (JsonGenerator json =
        new JsonFactoryBuilder()
            .characterEscapes(new ScriptEscapes())
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build()
            .createGenerator(out)) {
      json.setCodec(new ObjectMapper());
      json.writeTree(table.toJson());
    }
  }
}
