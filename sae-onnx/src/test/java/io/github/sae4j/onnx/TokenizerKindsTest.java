package io.github.sae4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Token offsets of each kind of tokenizer, worked out by hand: U+1F600 is two characters; e with an
 * acute accent is one, or two if the accent is combining.
 */
class TokenizerKindsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String FACE = "\uD83D\uDE00";

  private static final String ADDED =
      """
      [{"id": 900, "content": "<ent>", "single_word": false, "lstrip": false, "rstrip": false,
        "normalized": false, "special": false}]
      """;

  @TempDir Path directory;

  @Test
  void bytesOfOneCharacterShareItsOffsets() throws IOException {
    Path file = byteLevel(false, "null", "null");
    String text = "a" + FACE + "\u00e9" + FACE + "e\u0301 b";
    assertEquals(
        List.of(
            "0-1", "1-3", "1-3", "1-3", "1-3", // the face
            "3-4", "3-4", // the precomposed accent
            "4-6", "4-6", "4-6", "4-6", "6-7", "7-8", "7-8", // e and a combining accent
            "9-9", "9-10"), // a space that is its own token is trimmed away
        spans(file, text, 512));
  }

  @Test
  void aPrefixedSpaceHasNoOffset() throws IOException {
    Path file = byteLevel(true, "null", "null");
    assertEquals(List.of("0-0", "0-1", "2-2", "2-3"), spans(file, "a b", 512));
  }

  @Test
  void addedTokensAreKeptWhole() throws IOException {
    Path file = byteLevel(false, "null", "null");
    ObjectNode root = (ObjectNode) JSON.readTree(file.toFile());
    root.set("added_tokens", JSON.readTree(ADDED));
    Files.write(file, JSON.writeValueAsBytes(root));
    assertEquals(
        List.of("0-2", "0-2", "0-2", "0-2", "2-7", "7-8"), spans(file, FACE + "<ent>b", 512));
    try (Tokenization tokenization = Tokenization.open(file, 512)) {
      assertEquals(901, tokenization.vocabularySize());
    }
  }

  @Test
  void theFilesOwnTruncationAndPaddingAreIgnored() throws IOException {
    String truncation =
        "{\"direction\": \"Left\", \"max_length\": 300, \"strategy\": \"OnlySecond\", \"stride\": 200}";
    String padding =
        "{\"strategy\": {\"Fixed\": 40}, \"direction\": \"Left\", \"pad_to_multiple_of\": 64, \"pad_id\": 0, \"pad_type_id\": 0, \"pad_token\": \"!\"}";
    Path file = byteLevel(false, truncation, padding);
    assertEquals(List.of("0-1", "1-2", "2-3", "3-4"), spans(file, "abcdefgh", 4));
    assertEquals(700, spans(file, "x".repeat(700), 5000).size());
  }

  @Test
  void wordPiecesHaveOffsetsWithinTheirWord() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(
        file,
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": {"type": "BertNormalizer", "clean_text": true,
                        "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
         "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": null, "decoder": null,
         "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                   "max_input_chars_per_word": 100,
                   "vocab": {"[UNK]": 0, "un": 1, "##aff": 2, "##able": 3, "cafe": 4, "!": 5,
                             "\u4e2d": 6}}}
        """);
    assertEquals(
        List.of("0-2", "3-5", "5-8", "8-12", "13-17", "17-18", "18-19", "19-20"),
        spans(file, FACE + " Unaffable Caf\u00e9!\u4e2d\u4e2d", 512));
    List<String> combining = spans(file, FACE + " cafe\u0301 un", 512);
    assertTrue(combining.get(1).startsWith("3-"), combining.toString());
    assertEquals("9-11", combining.get(2));
  }

  @Test
  void sentencePiecesHaveOffsetsInTheText() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(
        file,
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": {"type": "NFKC"},
         "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581",
                           "prepend_scheme": "always", "split": true},
         "post_processor": null, "decoder": null,
         "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": false,
                   "vocab": [["<unk>", 0.0], ["\u2581hello", -1.25], ["\u2581", -2.0],
                             ["wor", -3e-5], ["ld", -3.0], ["fi", -1.0]]}}
        """);
    assertEquals(
        List.of("0-5", "5-6", "6-8", "8-11", "11-13"), spans(file, "hello " + FACE + "world", 512));
    // a ligature becomes two letters, both at its offsets
    assertEquals(List.of("0-5", "5-6", "6-7"), spans(file, "hello \ufb01", 512));
  }

  @Test
  void aTextThatTheTokenizerCannotReadIsNamed() throws IOException {
    Path file = directory.resolve("tokenizer.json");
    Files.writeString(
        file,
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": null,
         "decoder": null,
         "model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {"red": 0}}}
        """);
    assertEquals(List.of("0-3"), spans(file, "red", 512));
    String message =
        assertThrows(IllegalArgumentException.class, () -> spans(file, "blue", 512)).getMessage();
    assertTrue(message.startsWith("the tokenizer fails on text t: "), message);
  }

  /** Returns the start and end of each token. */
  private static List<String> spans(Path file, String text, int maxTokens) throws IOException {
    try (Tokenization tokenization = Tokenization.open(file, maxTokens)) {
      TokenizedText tokens = tokenization.encode(new TextRecord("t", text, List.of()));
      List<String> spans = new ArrayList<>();
      for (int token = 0; token < tokens.length(); token++) {
        spans.add(tokens.starts()[token] + "-" + tokens.ends()[token]);
      }
      return spans;
    }
  }

  /** Writes a tokenizer whose tokens are bytes, like GPT-2's without its merges. */
  private Path byteLevel(boolean prefixSpace, String truncation, String padding)
      throws IOException {
    TreeMap<String, Integer> vocabulary = new TreeMap<>();
    int more = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable =
          (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || (b >= 0xae && b <= 0xff);
      vocabulary.put(Character.toString(printable ? b : more++), b);
    }
    String frame =
        """
        {"version": "1.0", "truncation": %s, "padding": %s, "added_tokens": [],
         "normalizer": null,
         "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": %s, "trim_offsets": true,
                           "use_regex": true},
         "post_processor": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true,
                            "use_regex": true},
         "decoder": null,
         "model": {"type": "BPE", "dropout": null, "unk_token": null,
                   "continuing_subword_prefix": "", "end_of_word_suffix": "", "fuse_unk": false,
                   "byte_fallback": false, "vocab": %s, "merges": []}}
        """;
    Path file = directory.resolve("tokenizer.json");
    return Files.writeString(
        file,
        frame.formatted(truncation, padding, prefixSpace, JSON.writeValueAsString(vocabulary)));
  }
}
