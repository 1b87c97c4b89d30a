package io.github.sae4j.text;

/**
 * Names of the fields in JSON Lines.
 *
 * @param textField the field with the text, a string; objects without it are skipped
 * @param idField the field with the text's name, a string or a number; a line without it is named
 *     by its file and line number
 * @param conceptsField the field with the text's concepts, an array of strings or one string; may
 *     be absent
 */
public record TextFields(String textField, String idField, String conceptsField) {

  /** {@code text}, {@code id} and {@code concepts}. */
  public static final TextFields DEFAULTS = new TextFields("text", "id", "concepts");

  public TextFields {
    requireName(textField, "text");
    requireName(idField, "id");
    requireName(conceptsField, "concepts");
  }

  private static void requireName(String field, String role) {
    if (field == null || field.isBlank()) {
      throw new IllegalArgumentException("the name of the " + role + " field is blank");
    }
  }
}
