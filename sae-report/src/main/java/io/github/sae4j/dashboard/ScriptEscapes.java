package io.github.sae4j.dashboard;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;

/** Escapes characters that could end or alter the HTML element that contains the JSON. */
final class ScriptEscapes extends CharacterEscapes {
  private static final long serialVersionUID = 1;

  private final int[] escapes;

  ScriptEscapes() {
    escapes = CharacterEscapes.standardAsciiEscapesForJSON();
    escapes['<'] = CharacterEscapes.ESCAPE_STANDARD;
    escapes['>'] = CharacterEscapes.ESCAPE_STANDARD;
    escapes['&'] = CharacterEscapes.ESCAPE_STANDARD;
  }

  @Override
  public int[] getEscapeCodesForAscii() {
    return escapes.clone();
  }

  @Override
  public SerializableString getEscapeSequence(int character) {
    return null;
  }
}
