package io.github.sae4j.onnx;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.sae4j.format.Json;
import io.github.sae4j.format.MalformedFileException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Hugging Face tokenizer from its {@code tokenizer.json}. Whatever padding and truncation the
 * file asks for, texts are not padded and are cut off at the limit given here. Works without a
 * network and reports to nobody.
 */
final class Tokenization implements Closeable {
  private final HuggingFaceTokenizer tokenizer;
  private final long vocabularySize;

  private Tokenization(HuggingFaceTokenizer tokenizer, long vocabularySize) {
    this.tokenizer = tokenizer;
    this.vocabularySize = vocabularySize;
  }

  /**
   * @param maxTokens most tokens of a text, special tokens included
   * @throws MalformedFileException if the file is not a tokenizer.json
   */
  static Tokenization open(Path tokenizerJson, int maxTokens) throws IOException {
    long vocabularySize = readVocabularySize(tokenizerJson);
    stayOffline();
    try {
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(tokenizerJson)
              .optPadding(false)
              .optTruncation(true)
              .optMaxLength(maxTokens)
              .optWithOverflowingTokens(false)
              .build();
      return new Tokenization(tokenizer, vocabularySize);
    } catch (RuntimeException e) {
      throw new MalformedFileException(
          tokenizerJson, -1, "the tokenizer cannot be loaded: " + e.getMessage());
    }
  }

  /** DJL reads these properties before it would call home or download natives. */
  private static void stayOffline() {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
  }

  private static long readVocabularySize(Path file) throws IOException {
    JsonNode root = Json.read(file);
    JsonNode vocabulary = root.path("model").path("vocab");
    if (!vocabulary.isContainerNode()) {
      throw new MalformedFileException(file, -1, "not a tokenizer.json: no model.vocab");
    }
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

  /** The largest token index and one. */
  long vocabularySize() {
    return vocabularySize;
  }

  List<TokenizedText> encode(List<String> texts) {
    Encoding[] encodings = tokenizer.batchEncode(texts);
    List<TokenizedText> tokenized = new ArrayList<>(texts.size());
    for (int i = 0; i < encodings.length; i++) {
      tokenized.add(convert(texts.get(i), encodings[i]));
    }
    return tokenized;
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
