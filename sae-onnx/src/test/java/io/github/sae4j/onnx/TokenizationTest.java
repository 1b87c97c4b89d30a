package io.github.sae4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizationTest {
  @TempDir Path directory;

  @Test
  void specialTokensFrameTheText() throws IOException {
    TokenizedText text = encode("red green purple", 512);
    assertArrayEquals(new long[] {2, 4, 5, 1, 3}, text.ids());
    assertArrayEquals(new boolean[] {true, false, false, false, true}, text.special());
    assertArrayEquals(new int[] {0, 0, 4, 10, 16}, text.starts());
    assertArrayEquals(new int[] {0, 3, 9, 16, 16}, text.ends());
    assertFalse(text.truncated());
  }

  @Test
  void offsetsCountUtf16Units() throws IOException {
    // an emoji of two units, a precomposed accent, a combining accent
    String source = "\uD83D\uDE00 caf\u00e9 \uD83D\uDE80\uD83D\uDE80 cafe\u0301 red";
    TokenizedText text = encode(source, 512);
    assertArrayEquals(new long[] {2, 1, 6, 1, 6, 4, 3}, text.ids());
    List<String> words = List.of("\uD83D\uDE00", "caf\u00e9", "\uD83D\uDE80\uD83D\uDE80");
    for (int token = 1; token <= 3; token++) {
      assertEquals(words.get(token - 1), slice(source, text, token));
    }
    assertTrue(slice(source, text, 4).startsWith("cafe"));
    assertEquals("red", slice(source, text, 5));
  }

  @Test
  void longTextsAreCutOff() throws IOException {
    TokenizedText text = encode("red green red green", 5);
    assertArrayEquals(new long[] {2, 4, 5, 4, 3}, text.ids());
    assertTrue(text.truncated());
    assertFalse(encode("red green red", 5).truncated());
  }

  @Test
  void theFilesOwnLimitAndPaddingAreIgnored() throws IOException {
    assertEquals(12, encode("red ".repeat(10), 512).length());
    assertEquals(3, encode("red", 512).length());
    assertEquals(2, encode("", 512).length());
  }

  @Test
  void vocabularySizeCountsAddedTokens() throws IOException {
    Path file = ToyTokenizer.write(directory.resolve("t.json"), List.of("red", "green"));
    try (Tokenization tokenization = Tokenization.open(file, 512)) {
      assertEquals(6, tokenization.vocabularySize());
    }
    Path more = directory.resolve("more.json");
    Files.writeString(more, Files.readString(file).replace("\"id\":3", "\"id\":9"));
    try (Tokenization tokenization = Tokenization.open(more, 512)) {
      assertEquals(10, tokenization.vocabularySize());
    }
  }

  @Test
  void refusesOtherFiles() throws IOException {
    Path text = Files.writeString(directory.resolve("a.json"), "no json");
    assertMalformed(text, "not valid JSON");
    Path config = Files.writeString(directory.resolve("b.json"), "{\"model_type\": \"bert\"}");
    assertMalformed(config, "not a tokenizer.json: no model.vocab");
    Path broken =
        Files.writeString(directory.resolve("c.json"), "{\"model\": {\"vocab\": {\"a\": 0}}}");
    assertMalformed(broken, "the tokenizer cannot be loaded");
    assertThrows(
        NoSuchFileException.class, () -> Tokenization.open(directory.resolve("missing.json"), 9));
  }

  private static void assertMalformed(Path file, String reason) {
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> Tokenization.open(file, 512));
    assertTrue(e.getMessage().startsWith(file + ": " + reason), e.getMessage());
  }

  private static String slice(String source, TokenizedText text, int token) {
    return source.substring(text.starts()[token], text.ends()[token]);
  }

  private TokenizedText encode(String text, int maxTokens) throws IOException {
    Path file = directory.resolve("tokenizer.json");
    ToyTokenizer.write(file, List.of("red", "green", "cafe"));
    try (Tokenization tokenization = Tokenization.open(file, maxTokens)) {
      return tokenization.encode(new TextRecord("t", text, List.of()));
    }
  }
}
