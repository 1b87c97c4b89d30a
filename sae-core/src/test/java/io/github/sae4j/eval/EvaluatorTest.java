package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.pursuit.Pursuit;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.JoinedSource;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ReluL1;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class EvaluatorTest {
  /** Latents are the axes of the plane, k = 1: a row keeps its larger positive coordinate. */
  private final SparseAutoencoder axes =
      PlantedTexts.dictionary(new float[][] {{1, 0}, {0, 1}, {-1, 0}}, 1);

  private final MemorySource rows = rows(2, 3, 1, 0, 2, 0, 4, -1, -1);

  @Test
  void handWorked() throws IOException {
    EvalReport report = Evaluator.evaluate(axes, rows, EvalOptions.ALL, Progress.NONE);
    Reconstruction r = report.reconstruction();
    // x̂: (3,0) (0,2) (0,4) (-1,0), so the errors are 1 0 0 1; the mean is (0.5, 1.5), so the
    // squared distances from it are 6.5 0.5 6.5 8.5
    assertEquals(2 / 22.0, r.fvu(), 1e-6);
    assertEquals(2.0 / 8, r.meanSquaredError(), 1e-6);
    assertEquals((3 / Math.sqrt(10) + 1 + 1 + 1 / Math.sqrt(2)) / 4, r.cosine(), 1e-6);
    assertEquals((3 / Math.sqrt(10) + 1 + 1 + 1 / Math.sqrt(2)) / 4, r.normRatio(), 1e-6);
    assertEquals(1, r.relativeBias(), 1e-6);
    assertEquals(1, r.l0());
    assertEquals((3 + 2 + 4 + 1) / 4.0, r.l1(), 1e-6);
    assertEquals(0, report.decoder().mean(), 1e-6);
    assertEquals(2, report.latents().firings(1));
    assertEquals(0, report.latents().dead());
  }

  @Test
  void batchSizeDoesNotMatter() throws IOException {
    EvalReport whole = Evaluator.evaluate(axes, rows, EvalOptions.ALL, Progress.NONE);
    List<Long> heard = new ArrayList<>();
    EvalReport split =
        Evaluator.evaluate(
            axes, rows, new EvalOptions(3, Long.MAX_VALUE), (done, total) -> heard.add(done));
    assertEquals(whole.reconstruction(), split.reconstruction());
    assertEquals(List.of(3L, 4L), heard);
  }

  @Test
  void readsOnlyTheFirstRows() throws IOException {
    EvalReport report =
        Evaluator.evaluate(axes, rows, EvalOptions.ALL.withMaxRows(2), Progress.NONE);
    assertEquals(2, report.reconstruction().rows());
    assertEquals(1, report.latents().dead());
  }

  @Test
  void wrongWidthAndNoRowsThrow() {
    assertEquals(
        "test rows has rows of width 3, but the SAE reads rows of width 2",
        failure(rows(3, 1, 2, 3)));
    assertEquals("test rows has no rows to evaluate", failure(rows(2)));
  }

  @Test
  void jsonAndTable(@TempDir Path directory) throws IOException {
    EvalReport report = Evaluator.evaluate(axes, rows, EvalOptions.ALL, Progress.NONE);
    Path file = directory.resolve("eval.json");
    report.writeJson(file);
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertEquals(report.reconstruction().fvu(), json.get("fvu").asDouble());
    assertEquals(4, json.get("rows").asInt());
    assertEquals(3, json.get("n_latents").asInt());
    assertEquals(28, json.at("/density_histogram/counts").size());
    assertEquals(-7, json.at("/density_histogram/log10_from").asDouble());
    assertEquals(2.5, json.get("l1").asDouble(), 1e-6);
    assertEquals(report.reconstruction().normRatio(), json.get("norm_ratio").asDouble());
    assertEquals(1, json.get("relative_bias").asDouble(), 1e-6);
    assertEquals(0, json.get("decoder_similarity").asDouble(), 1e-6);
    assertEquals(0, json.get("near_duplicates").asInt());
    assertEquals(3, json.at("/decoder_similarity_histogram/counts/0").asInt());
    assertEquals(0.05, json.at("/decoder_similarity_histogram/bin_width").asDouble());
    String table = EvalTable.render(report);
    assertTrue(table.contains("FVU"), table);
    assertTrue(table.contains("2 -> 3"), table);
    for (String line : List.of("norm ratio", "relative bias", "L1", "near-duplicate latents")) {
      assertTrue(table.contains(line), table);
    }
    assertTrue(table.contains("-0.75 .. -0.50"), table);
    assertTrue(table.contains("decoder similarity      latents\n   0.00 ..  0.05"), table);
  }

  /** Rows on the other diagonal: one latent covers half of a row, two cover all of it. */
  @Test
  void comparesTheEncoderWithAPursuit(@TempDir Path directory) throws IOException {
    MemorySource diagonal = rows(2, 1, 1, 3, 3);
    EncoderComparison comparison =
        Evaluator.compare(axes, Pursuit.orthogonal(2), diagonal, EvalOptions.ALL, Progress.NONE);
    assertEquals(
        Evaluator.evaluate(axes, diagonal, EvalOptions.ALL, Progress.NONE).reconstruction(),
        comparison.own().reconstruction());
    // errors 1 and 9, variation 4
    assertEquals(10 / 4.0, comparison.own().reconstruction().fvu(), 1e-6);
    assertEquals(0, comparison.found().reconstruction().fvu(), 1e-6);
    assertEquals(2, comparison.found().reconstruction().l0());
    assertEquals(1, comparison.found().latents().dead());
    assertEquals(2, comparison.own().latents().dead());

    Path file = directory.resolve("eval.json");
    EvalReport.writeJson(comparison.toJson(), file);
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertEquals(2.5, json.get("fvu").asDouble(), 1e-6);
    assertEquals(0, json.at("/pursuit/fvu").asDouble(), 1e-6);
    assertEquals("orthogonal", json.at("/pursuit/kind").asText());
    assertEquals(2, json.at("/pursuit/k").asInt());
    assertEquals(2, json.at("/pursuit/l0").asDouble());
    assertEquals(4, json.at("/pursuit/l1").asDouble(), 1e-6);
    assertEquals(1, json.at("/pursuit/dead").asInt());
    assertEquals(28, json.at("/pursuit/density_histogram/counts").size());
    String table = comparison.render();
    assertTrue(table.contains("orthogonal pursuit, k = 2"), table);
    assertTrue(table.contains("2.5000   0.0000"), table);
  }

  /** Directions at 0 and 45 degrees, latents at 0, 90 and 180. */
  @Test
  void matchesTrueDirections() throws IOException {
    double half = Math.sqrt(0.5);
    TrueDirections found = TrueDirections.of(axes, rows(2, 2, 0, 3, 3));
    assertEquals((1 + half) / 2, found.match().mcc(), 1e-6);
    JsonNode json = found.toJson();
    assertEquals((1 + half) / 2, json.get("mcc").asDouble(), 1e-6);
    assertEquals((1 + half) / 2, json.get("mmcs_features").asDouble(), 1e-6);
    assertEquals((1 + half - half) / 3, json.get("mmcs_latents").asDouble(), 1e-6);
    assertEquals(2, json.get("n_features").asInt());
    assertTrue(Math.abs(json.get("mcc_random").asDouble()) <= 1);
    String table = found.render();
    for (String line : List.of("MCC                            0.8536", "MCC at random", "MMCS")) {
      assertTrue(table.contains(line), table);
    }
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> TrueDirections.of(axes, rows(3, 1, 0, 0)))
            .getMessage();
    assertEquals(
        "test rows has 1 directions of width 3, but the SAE's directions have width 2", message);
  }

  @Test
  void transcoderWithoutTargetsThrows() {
    SaeParameters p = axes.parameters();
    SparseAutoencoder transcoder =
        new SparseAutoencoder(
            new SaeParameters(
                p.wEnc(), p.bEnc(), p.wDec(), p.bDec(), Map.of(), ParameterLayout.Form.TRANSCODER),
            axes.variant());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Evaluator.evaluate(transcoder, rows, EvalOptions.ALL, Progress.NONE))
            .getMessage();
    assertEquals(
        "the SAE is a transcoder: expected rows of an input of width 2 and a target of width 2, but"
            + " test rows has parts of widths [2]",
        message);
  }

  @Test
  void transcoderIsMeasuredOnItsTarget() throws IOException {
    // codes are the positive inputs; the output is twice the first code, minus the second code
    SaeParameters p = axes.parameters();
    INDArray wDec = Nd4j.createFromArray(new float[][] {{2, 0, 0}, {0, -1, 0}});
    SparseAutoencoder transcoder =
        new SparseAutoencoder(
            new SaeParameters(
                Nd4j.eye(2).castTo(p.wEnc().dataType()),
                Nd4j.zeros(p.wEnc().dataType(), 2),
                wDec,
                Nd4j.createFromArray(0f, 0f, 1f),
                Map.of(),
                ParameterLayout.Form.TRANSCODER),
            new ReluL1(0, ReluL1.Weighting.PLAIN));
    JoinedSource joined =
        JoinedSource.of(
            List.of(
                new JoinedSource.Input("input", rows(2, 1, 0, 0, 1)),
                new JoinedSource.Input("target", rows(3, 2, 0, 1, 0, 1, 1))));
    EvalReport report = Evaluator.evaluate(transcoder, joined, EvalOptions.ALL, Progress.NONE);
    // errors: none, then 2 in the second value of the second row; variance 2 + .5
    assertEquals(4 / 2.5, report.reconstruction().fvu(), 1e-6);
    assertEquals(1, report.reconstruction().l0(), 1e-12);
  }

  @Test
  void constantRowsThrow() {
    String message = failure(rows(2, 1, 1, 1, 1));
    assertTrue(message.contains("has only identical rows, but FVU needs rows that vary"), message);
    assertTrue(failure(rows(2, 1, 2)).contains("only identical rows"));
  }

  private String failure(ActivationSource source) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> Evaluator.evaluate(axes, source, EvalOptions.ALL, Progress.NONE))
        .getMessage();
  }

  private static MemorySource rows(int width, float... values) {
    return MemorySource.of(values, width).describedAs("test rows");
  }
}
