package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.store.SourcePart;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SourceComparisonTest {
  private static final PartReconstruction BASE =
      new PartReconstruction(new SourcePart("base", 0, 2), 100, .25, 1, .125, .75);

  /** A thousand times larger than the other source. */
  private static final PartReconstruction CHAT =
      new PartReconstruction(new SourcePart("chat", 2, 1), 100, .5, 1e6, 5e5, .5);

  /** In units of the sources' deviations: shared equally, base only, chat only, neither. */
  private static final float[][] DECODER = {
    {.6f, .8f, 1000}, {3, 4, 1}, {.003f, .004f, 2000}, {0, 0, 0}
  };

  @Test
  void countsInUnitsOfEachSourcesDeviation() {
    SourceComparison comparison = compare(List.of(BASE, CHAT));
    assertEquals(List.of(1, 1), comparison.exclusive());
    Integer[] counts = Collections.nCopies(20, 0).toArray(Integer[]::new);
    counts[0] = 1; // .005/2.005
    counts[10] = 1; // 1/2
    counts[19] = 1; // 5/5.001
    assertEquals(
        Optional.of(List.of(counts)),
        comparison.relativeNorms().map(RelativeNormHistogram::counts));
    assertEquals(.375, comparison.meanFvu());
  }

  @Test
  void moreThanTwoSourcesHaveNoHistogram() {
    PartReconstruction first =
        new PartReconstruction(new SourcePart("first", 0, 1), 100, .1, 1, .1, 1);
    PartReconstruction second =
        new PartReconstruction(new SourcePart("second", 1, 1), 100, .1, 1, .1, 1);
    SourceComparison comparison = compare(List.of(first, second, CHAT));
    assertEquals(Optional.empty(), comparison.relativeNorms());
    assertEquals(3, comparison.exclusive().size());
  }

  @Test
  void writesJsonAndText() {
    SourceComparison comparison = compare(List.of(BASE, CHAT));
    ObjectNode json = new ObjectMapper().createObjectNode();
    comparison.putInto(json);
    assertEquals(.375, json.get("mean_source_fvu").asDouble());
    assertEquals(2, json.get("sources").size());
    assertEquals("chat", json.at("/sources/1/name").asText());
    assertEquals(1, json.at("/sources/1/width").asInt());
    assertEquals(.5, json.at("/sources/1/fvu").asDouble());
    assertEquals(.5, json.at("/sources/1/explained_variance").asDouble());
    assertEquals(1e6, json.at("/sources/1/variance").asDouble());
    assertEquals(5e5, json.at("/sources/1/mse").asDouble());
    assertEquals(.5, json.at("/sources/1/cosine").asDouble());
    assertEquals(1, json.at("/sources/1/exclusive_latents").asInt());
    assertEquals(20, json.at("/relative_norm_histogram/counts").size());
    String text = comparison.render();
    assertTrue(text.contains("FVU of base"), text);
    assertTrue(text.contains("0.2500"), text);
    assertTrue(text.contains("exclusive latents: 1"), text);
  }

  private static SourceComparison compare(List<PartReconstruction> parts) {
    try (INDArray wDec = Nd4j.createFromArray(DECODER)) {
      return SourceComparison.of(parts, wDec);
    }
  }
}
