package io.github.sae4j.onnx;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A tokenizer.json whose tokens are whole words between spaces. Indices 0 to 3 are [PAD], [UNK],
 * [CLS] and [SEP]; the words follow. Like real files, it requests padding and truncation to 7
 * tokens, which a harvest must ignore.
 */
public final class ToyTokenizer {
  public static final int UNKNOWN = 1;
  public static final int CLS = 2;
  public static final int SEP = 3;
  public static final int FIRST_WORD = 4;

  private ToyTokenizer() {}

  /** Returns the number of tokens in a tokenizer of {@code words} words. */
  public static int vocabularySize(int words) {
    return FIRST_WORD + words;
  }

  /** Writes the file; word i has index {@code FIRST_WORD + i}. */
  public static Path write(Path file, List<String> words) throws IOException {
    JsonMapper json = JsonMapper.builder().build();
    ObjectNode root = (ObjectNode) json.readTree(FRAME);
    ObjectNode vocabulary = ((ObjectNode) root.get("model")).putObject("vocab");
    List<String> special = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]");
    for (int i = 0; i < FIRST_WORD; i++) {
      vocabulary.put(special.get(i), i);
    }
    for (int i = 0; i < words.size(); i++) {
      vocabulary.put(words.get(i), FIRST_WORD + i);
    }
    return Files.writeString(file, json.writeValueAsString(root));
  }

  private static final String FRAME =
      """
      {"version": "1.0",
       "truncation": {"direction": "Right", "max_length": 7, "strategy": "LongestFirst",
                      "stride": 0},
       "padding": {"strategy": {"Fixed": 7}, "direction": "Right", "pad_to_multiple_of": null,
                   "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
       "added_tokens": [
         {"id": 2, "content": "[CLS]", "single_word": false, "lstrip": false, "rstrip": false,
          "normalized": false, "special": true},
         {"id": 3, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false,
          "normalized": false, "special": true}],
       "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": false,
                      "strip_accents": true, "lowercase": true},
       "pre_tokenizer": {"type": "WhitespaceSplit"},
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
         "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
                            "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
       "decoder": null,
       "model": {"type": "WordLevel", "unk_token": "[UNK]"}}
      """;
}
