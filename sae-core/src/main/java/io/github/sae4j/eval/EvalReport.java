package io.github.sae4j.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.FiniteJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The measurements of an {@link Evaluator}.
 *
 * @param source description of where the rows came from
 * @param variant name of the dictionary's variant
 * @param nIn width of the rows
 * @param reconstruction FVU and related measures
 * @param latents how often each latent fired
 * @param decoder how alike the decoder's directions are
 * @param sources each source of a crosscoder by itself; empty for rows with one part
 */
public record EvalReport(
    String source,
    String variant,
    int nIn,
    Reconstruction reconstruction,
    LatentDensities latents,
    DecoderSimilarity decoder,
    Optional<SourceComparison> sources) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public EvalReport {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(variant, "variant");
    Objects.requireNonNull(reconstruction, "reconstruction");
    Objects.requireNonNull(latents, "latents");
    Objects.requireNonNull(decoder, "decoder");
    Objects.requireNonNull(sources, "sources");
  }

  /**
   * Returns the report as a JSON object; undefined numbers (such as FVU of constant rows) are null.
   */
  public ObjectNode toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("source", source);
    json.put("rows", reconstruction.rows());
    json.put("variant", variant);
    json.put("n_in", nIn);
    json.put("n_latents", latents.nLatents());
    putMeasures(json);
    putNumber(json, "decoder_similarity", decoder.mean());
    json.put("near_duplicates", decoder.nearDuplicates());
    sources.ifPresent(compared -> compared.putInto(json));
    json.set("decoder_similarity_histogram", similarityHistogram());
    return json;
  }

  /** Adds the measures that depend on the codes. */
  void putMeasures(ObjectNode json) {
    putNumber(json, "fvu", reconstruction.fvu());
    putNumber(json, "explained_variance", reconstruction.explainedVariance());
    putNumber(json, "mse", reconstruction.meanSquaredError());
    putNumber(json, "cosine", reconstruction.cosine());
    putNumber(json, "norm_ratio", reconstruction.normRatio());
    putNumber(json, "relative_bias", reconstruction.relativeBias());
    putNumber(json, "l0", reconstruction.l0());
    putNumber(json, "l1", reconstruction.l1());
    json.put("dead", latents.dead());
    json.put("dead_fraction", latents.deadFraction());
    json.put("rare", latents.rare());
    json.put("dense", latents.dense());
    json.set("density_histogram", JSON.valueToTree(latents.histogram()));
  }

  private ObjectNode similarityHistogram() {
    ObjectNode json = JSON.createObjectNode();
    json.put("bin_width", DecoderSimilarity.BIN_WIDTH);
    json.set("counts", JSON.valueToTree(decoder.counts()));
    return json;
  }

  /** Writes {@link #toJson} to a file, indented. */
  public void writeJson(Path file) throws IOException {
    writeJson(toJson(), file);
  }

  /** Returns a JSON object as indented text; numbers that are not finite become null. */
  public static String text(ObjectNode json) {
    try {
      return JSON.writeValueAsString(FiniteJson.of(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree could not be written", e);
    }
  }

  /** Writes a JSON object to a file, formatted as in {@link #text}. */
  public static void writeJson(ObjectNode json, Path file) throws IOException {
    AtomicFiles.writeString(file, text(json) + "\n");
  }

  /** Adds a number, or null if it is not finite. */
  public static void putNumber(ObjectNode json, String key, double value) {
    if (Double.isFinite(value)) {
      json.put(key, value);
    } else {
      json.putNull(key);
    }
  }
}
