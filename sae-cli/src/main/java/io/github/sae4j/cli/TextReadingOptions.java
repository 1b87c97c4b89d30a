package io.github.sae4j.cli;

import io.github.sae4j.onnx.HarvestConfig;
import io.github.sae4j.text.TextFields;
import picocli.CommandLine.Option;

/** Options for how texts are read and how much of each. */
final class TextReadingOptions {
  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "" + HarvestConfig.DEFAULT_MAX_TOKENS,
      description = "Truncate texts to N tokens, at least 4 (default: ${DEFAULT-VALUE}).")
  @Within(from = HarvestConfig.LEAST_TOKENS)
  private int maxTokens;

  @Option(
      names = "--text-field",
      paramLabel = "NAME",
      defaultValue = "text",
      description = "JSON field with the text (default: ${DEFAULT-VALUE}).")
  private String textField;

  @Option(
      names = "--id-field",
      paramLabel = "NAME",
      defaultValue = "id",
      description = "JSON field with the text's name (default: ${DEFAULT-VALUE}).")
  private String idField;

  /**
   * Returns the names of JSON fields.
   *
   * @param conceptsField the field with a text's concepts
   */
  TextFields fields(String conceptsField) {
    return new TextFields(textField, idField, conceptsField);
  }

  int maxTokens() {
    return maxTokens;
  }
}
