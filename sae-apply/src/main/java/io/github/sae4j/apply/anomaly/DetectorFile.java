package io.github.sae4j.apply.anomaly;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.Json;
import io.github.sae4j.format.JsonFaults;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file of a detector.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param saeSha256 see {@link SaeChecksum}
 * @param score the score that decides
 * @param trainRows number of training rows
 * @param active number of them in which each latent is active
 * @param errors scores of some of them, ascending, as are the next two
 * @param calibration scores of the calibration rows, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record DetectorFile(
    String format,
    int version,
    @JsonProperty("sae_sha256") String saeSha256,
    String score,
    long trainRows,
    long[] active,
    double[] errors,
    double[] relativeErrors,
    double[] surprises,
    double[] calibration) {
  static final String FORMAT = "sae4j-anomaly-detector";
  static final int VERSION = 1;

  private static final long MOST_BYTES = 1L << 28;
  private static final int START = 200; // bytes within which the format is named

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  static DetectorFile of(AnomalyDetector detector) {
    AnomalyScorer scorer = detector.scorer();
    return new DetectorFile(
        FORMAT,
        VERSION,
        SaeChecksum.of(scorer.sae()),
        detector.kind().toString(),
        scorer.rates().rows(),
        scorer.rates().counts(),
        scorer.tail(ScoreKind.ERROR).sample(),
        scorer.tail(ScoreKind.RELATIVE_ERROR).sample(),
        scorer.tail(ScoreKind.SURPRISE).sample(),
        detector.calibration().scores());
  }

  void write(Path file) throws IOException {
    AtomicFiles.writeString(file, JSON.writeValueAsString(this) + "\n");
  }

  static boolean isAt(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(START), StandardCharsets.UTF_8).contains(FORMAT);
    }
  }

  static DetectorFile read(Path file) throws IOException {
    JsonNode tree = Json.readObject(file, MOST_BYTES);
    if (!tree.path("format").asText().equals(FORMAT)) {
      throw new MalformedFileException(
          file, -1, "not an anomaly detector: expected 'format' to be '" + FORMAT + "'");
    }
    int version = tree.path("version").asInt(-1);
    if (version != VERSION) {
      throw new MalformedFileException(
          file, -1, "expected version %d of a detector, found %d".formatted(VERSION, version));
    }
    return JsonFaults.read(JSON, tree, DetectorFile.class, file, "");
  }

  AnomalyDetector detector(Path file, SparseAutoencoder sae) throws MalformedFileException {
    if (!SaeChecksum.of(sae).equals(saeSha256)) {
      throw new IllegalArgumentException(
          file + " was made with another SAE: the SHA-256 of its weights and settings differs");
    }
    try {
      if (active.length != sae.nLatents()) {
        throw new IllegalArgumentException(
            "expected counts of %,d latents, found %,d".formatted(sae.nLatents(), active.length));
      }
      AnomalyScorer scorer =
          new AnomalyScorer(
              sae,
              new LatentRates(active, trainRows),
              new LogTail(errors),
              new LogTail(relativeErrors),
              new LogTail(surprises));
      return new AnomalyDetector(scorer, kind(), new ConformalCalibration(calibration));
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(file, -1, e.getMessage());
    }
  }

  private ScoreKind kind() {
    for (ScoreKind each : ScoreKind.values()) {
      if (each.toString().equals(score)) {
        return each;
      }
    }
    throw new IllegalArgumentException("'score' is '" + score + "', which is no score");
  }
}
