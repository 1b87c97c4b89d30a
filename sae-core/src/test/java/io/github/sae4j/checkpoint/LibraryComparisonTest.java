package io.github.sae4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.nd4j.NdCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Checks dictionaries that make_formats.py wrote with many rows to a directory of your choice
 * ({@code -Dsae4j.formats=DIR}). Prints how far codes and reconstructions are from the library's,
 * and writes each dictionary in every format that can hold it to {@code DIR/written}, with the
 * values computed here, for check_formats.py to load.
 */
@EnabledIfSystemProperty(named = "sae4j.formats", matches = ".+")
class LibraryComparisonTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double CLOSE = 1e-5; // relative to the largest number
  private static final String WRITTEN = "written";

  private final Path directory = Path.of(System.getProperty("sae4j.formats"));

  @Test
  void codesAndReconstructionsMatchTheLibrary() throws IOException {
    List<Path> all;
    try (Stream<Path> list = Files.list(directory)) {
      all = list.filter(each -> !each.endsWith(WRITTEN)).sorted().toList();
    }
    double worst = 0;
    for (Path each : all) {
      worst = Math.max(worst, compare(each));
    }
    assertTrue(worst < CLOSE, "differs by " + worst);
  }

  private double compare(Path library) throws IOException {
    StoredSae stored = SaeFormat.readAny(path(library));
    SparseAutoencoder sae = stored.sae();
    JsonNode expected = JSON.readTree(library.resolve("expected.json").toFile());
    INDArray x = array(expected.get("x"));
    INDArray codes = NdCodes.matrix(sae.encode(x));
    INDArray reconstruction = sae.reconstruct(x);
    double ofCodes = difference(array(expected.get("codes")), codes);
    double ofRows = difference(array(expected.get("reconstruction")), reconstruction);
    System.out.printf(
        Locale.ROOT,
        "%-46s %,d rows  L0 %6.2f  codes %.1e  reconstructions %.1e%n",
        library.getFileName(),
        x.size(0),
        sae.encode(x).nonZeros() / (double) x.size(0),
        ofCodes,
        ofRows);
    Map<String, Object> ours = new LinkedHashMap<>();
    ours.put("x", x.toFloatMatrix());
    ours.put("codes", codes.toFloatMatrix());
    ours.put("reconstruction", reconstruction.toFloatMatrix());
    write(library.getFileName().toString(), stored, ours);
    return Math.max(ofCodes, ofRows);
  }

  private void write(String name, StoredSae stored, Map<String, Object> ours) throws IOException {
    Path target = Files.createDirectories(directory.resolve(WRITTEN).resolve(name));
    JSON.writeValue(target.resolve("expected.json").toFile(), ours);
    for (SaeFormat format : SaeFormat.values()) {
      try {
        format.write(target.resolve(format.label() + (format.isFile() ? ".pt" : "")), stored);
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().startsWith(format.label()), e.getMessage());
      }
    }
  }

  private static Path path(Path library) {
    Path openAi = library.resolve("8.pt");
    return Files.exists(openAi) ? openAi : library;
  }

  /** Returns the difference relative to the largest number. */
  private static double difference(INDArray expected, INDArray actual) {
    return expected.sub(actual).amaxNumber().doubleValue()
        / Math.max(1, expected.amaxNumber().doubleValue());
  }

  private static INDArray array(JsonNode rows) {
    return Nd4j.createFromArray(JSON.convertValue(rows, float[][].class));
  }
}
