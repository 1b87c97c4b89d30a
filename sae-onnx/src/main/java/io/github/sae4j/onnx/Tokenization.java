package io.github.sae4j.onnx;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.format.Json;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.TextRecord;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * A Hugging Face tokenizer from its {@code tokenizer.json}. The file's padding and truncation are
 * ignored: texts are not padded and are cut off at the limit given here. Works without a network
 * and reports nothing.
 */
final class Tokenization implements Closeable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HuggingFaceTokenizer tokenizer;
  private final long vocabularySize;

  private Tokenization(HuggingFaceTokenizer tokenizer, long vocabularySize) {
    this.tokenizer = tokenizer;
    this.vocabularySize = vocabularySize;
  }

  /**
   * @param maxTokens the maximum number of tokens per text, special tokens included
   * @throws MalformedFileException if the file is not a tokenizer.json
   */
  static Tokenization open(Path tokenizerJson, int maxTokens) throws IOException {
    ObjectNode root = read(tokenizerJson);
    long vocabularySize = vocabularySize(root);
    root.putNull("truncation");
    root.putNull("padding");
    stayOffline();
    try (InputStream json = new ByteArrayInputStream(JSON.writeValueAsBytes(root))) {
      return new Tokenization(
          HuggingFaceTokenizer.newInstance(json, options(maxTokens)), vocabularySize);
    } catch (RuntimeException e) {
      throw new MalformedFileException(
          tokenizerJson, -1, "the tokenizer cannot be loaded: " + e.getMessage());
    }
  }

  /** The limit at which texts are cut off; without it the library would always use 512. */
  private static Map<String, String> options(int maxTokens) {
    return Map.of(
        "truncation",
        "true",
        "maxLength",
        "" + maxTokens,
        "modelMaxLength",
        "" + maxTokens,
        "padding",
        "false");
  }

  /** Properties that keep DJL from phoning home and downloading native libraries. */
  private static void stayOffline() {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
  }

  private static ObjectNode read(Path file) throws IOException {
    JsonNode root = Json.read(file);
    if (!(root instanceof ObjectNode object)
        || !root.path("model").path("vocab").isContainerNode()) {
      throw new MalformedFileException(file, -1, "not a tokenizer.json: no model.vocab");
    }
    return object;
  }

  private static long vocabularySize(ObjectNode root) {
    JsonNode vocabulary = root.path("model").path("vocab");
    long largest = -1;
    if (vocabulary.isArray()) {
      largest = vocabulary.size() - 1L;
    } else {
      for (JsonNode id : vocabulary) {
        largest = Math.max(largest, id.asLong());
      }
    }
    for (JsonNode added : root.path("added_tokens")) {
      largest = Math.max(largest, added.path("id").asLong());
    }
    return largest + 1;
  }

  /** Returns the largest token index plus one. */
  long vocabularySize() {
    return vocabularySize;
  }

  /**
   * Returns the tokens of a text.
   *
   * @throws IllegalArgumentException if the tokenizer cannot read it
   */
  TokenizedText encode(TextRecord text) {
    try {
      return convert(text.text(), tokenizer.encode(text.text()));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "the tokenizer fails on text " + text.id() + ": " + e.getMessage(), e);
    }
  }

  private static TokenizedText convert(String text, Encoding encoding) {
    Utf16Offsets offsets = new Utf16Offsets(text);
    CharSpan[] spans = encoding.getCharTokenSpans();
    long[] mask = encoding.getSpecialTokenMask();
    int length = encoding.getIds().length;
    boolean[] special = new boolean[length];
    int[] starts = new int[length];
    int[] ends = new int[length];
    int last = 0;
    for (int token = 0; token < length; token++) {
      special[token] = mask[token] != 0;
      CharSpan span = special[token] ? null : spans[token];
      starts[token] = span == null ? last : offsets.of(span.getStart());
      ends[token] = span == null ? last : offsets.of(span.getEnd());
      last = ends[token];
    }
    return new TokenizedText(
        encoding.getIds(),
        encoding.getTypeIds(),
        special,
        starts,
        ends,
        encoding.exceedMaxLength());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
