package io.github.sae4j.text;

import io.github.sae4j.store.TextRecord;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Texts, one after the other, read once and never all in memory. Not thread-safe. */
public interface TextSource extends Closeable {

  /**
   * The next text, or nothing after the last.
   *
   * @throws io.github.sae4j.format.MalformedFileException naming file and line, if the text cannot
   *     be read
   */
  Optional<TextRecord> next() throws IOException;

  /** Number of texts that the whole source gives. */
  long total();

  /** What was wrong with texts so far, those that were left out included. */
  default TextFaults faults() {
    return new TextFaults();
  }

  /** For people: where the texts come from and what the files were taken for; may be empty. */
  default String describe() {
    return "";
  }

  /** A checksum of all texts, their names and concepts; empty where none is known. */
  default String checksum() {
    return "";
  }

  /**
   * Opens a file or a directory, all in UTF-8. A file's content decides how it is read.
   *
   * <ul>
   *   <li>JSON Lines: an object a line, its fields named by {@code options}, or a string a line.
   *   <li>A JSON array of such objects or strings, or one such object over several lines.
   *   <li>Anything else is plain text, a text a line.
   *   <li>A directory: in order of their paths, each {@code *.txt} below it is one text, and each
   *       {@code *.jsonl}, {@code *.ndjson} and {@code *.json} is read as above; hidden files and
   *       those of other endings are ignored.
   * </ul>
   *
   * <p>Lines and texts that are empty, null, without the field, not JSON, of another kind or over
   * 16 MiB are left out, bytes that are not UTF-8 become U+FFFD, and both are counted in {@link
   * #faults}. All files are read once before this returns, so that what cannot be read is said at
   * once.
   *
   * @throws NoSuchFileException if there is no such file
   * @throws io.github.sae4j.format.MalformedFileException naming file and line, if a file is not
   *     text, if an array is not whole, or if no line or element of JSON is sound
   * @throws IllegalArgumentException if there is no text in it
   */
  static TextSource open(Path path, TextFields options) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return FileTexts.open(TextFiles.of(path, options), options);
  }
}
