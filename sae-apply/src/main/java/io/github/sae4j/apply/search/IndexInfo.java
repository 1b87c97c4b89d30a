package io.github.sae4j.apply.search;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.Json;
import io.github.sae4j.format.JsonFaults;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.Pooling;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What an index was made from, {@code index.json} in its directory.
 *
 * @param version version of the file, {@link #VERSION}
 * @param saeSha256 SHA-256 of the weights of the index's SAE
 * @param model name of the embedding model's file; empty if unknown
 * @param tensor the model's tensor whose rows were embedded
 * @param pooling how the rows of a text became one
 * @param unitNorm whether that row was scaled to length 1
 * @param keepSpecialTokens whether special tokens count among the rows of a text
 * @param texts number of texts in the index
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record IndexInfo(
    int version,
    @JsonProperty("sae_sha256") String saeSha256,
    String model,
    String tensor,
    Pooling.Kind pooling,
    boolean unitNorm,
    boolean keepSpecialTokens,
    int texts) {
  /** The version that is written. */
  static final int VERSION = 1;

  static final String FILE = "index.json";
  private static final long MOST_BYTES = 1 << 20;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  /** Returns how a query's rows become one. */
  public Pooling poolsBy() {
    return new Pooling(pooling, unitNorm);
  }

  static IndexInfo read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    JsonNode tree = Json.readObject(file, MOST_BYTES);
    int version = tree.path("version").asInt(-1);
    if (version != VERSION) {
      throw new MalformedFileException(
          file, -1, "expected version %d of an index, found %d".formatted(VERSION, version));
    }
    return JsonFaults.read(JSON, tree, IndexInfo.class, file, "");
  }

  void write(Path directory) throws IOException {
    AtomicFiles.writeString(
        directory.resolve(FILE),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n");
  }
}
