package io.github.sae4j.cuda.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A shape of TopK training that is timed.
 *
 * @param nIn width of rows
 * @param nLatents number of latents
 * @param k active latents per row
 * @param batch rows of a batch
 */
record Shape(int nIn, int nLatents, int k, int batch) {
  private static final Pattern TEXT =
      Pattern.compile("(\\d{1,6})x(\\d{1,8})x(\\d{1,5})x(\\d{1,6})");

  /** Those of the goals: a small and a large dictionary of GPT-2's width, and one of Llama's. */
  static final List<Shape> GOALS =
      List.of(
          new Shape(768, 12_288, 32, 4096),
          new Shape(768, 65_536, 32, 4096),
          new Shape(4096, 131_072, 64, 4096));

  /**
   * Parses shapes such as {@code 768x12288x32x4096,...}: width, latents, k, batch.
   *
   * @throws IllegalArgumentException if one is written otherwise
   */
  static List<Shape> parse(String text) {
    return Stream.of(text.split(",", -1)).map(Shape::of).toList();
  }

  private static Shape of(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a shape is WIDTHxLATENTSxKxBATCH, such as 768x12288x32x4096, got '" + text + "'");
    }
    return new Shape(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)),
        Integer.parseInt(matcher.group(4)));
  }

  void addTo(ObjectNode json) {
    json.put("n_in", nIn).put("n_latents", nLatents).put("k", k).put("batch", batch);
  }
}
