package io.github.sae4j.text;

import io.github.sae4j.store.TextRecord;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A sequence of texts that is read once and never held in memory as a whole. Not thread-safe. */
public interface TextSource extends Closeable {

  /**
   * Returns the next text, or nothing after the last.
   *
   * @throws io.github.sae4j.format.MalformedFileException if the text cannot be read; the message
   *     names file and line
   */
  Optional<TextRecord> next() throws IOException;

  /** Returns the number of texts in the whole source. */
  long total();

  /** Returns the faults found in texts so far, including those of skipped texts. */
  default TextFaults faults() {
    return new TextFaults();
  }

  /** Describes where the texts come from and which kinds of file were found; may be empty. */
  default String describe() {
    return "";
  }

  /** Returns a checksum of all texts, their names and concepts; empty if unknown. */
  default String checksum() {
    return "";
  }

  /** Returns texts in memory, named t0, t1 and so on. */
  static TextSource of(List<String> texts) {
    return new MemoryTexts(texts);
  }

  /**
   * Opens a UTF-8 file or a directory of such files. A file's content decides how it is read:
   *
   * <ul>
   *   <li>JSON Lines: one object per line, with the fields named in {@code options}, or one string
   *       per line.
   *   <li>A JSON array of such objects or strings, or one such object over several lines.
   *   <li>Anything else is plain text, one text per line.
   *   <li>In a directory, in order of their paths, each {@code *.txt} below it is one text, and
   *       each {@code *.jsonl}, {@code *.ndjson} and {@code *.json} is read as above; hidden files
   *       and other extensions are ignored.
   * </ul>
   *
   * <p>Lines and texts that are empty, null, without the field, not JSON, of another kind or over
   * 16 MiB are skipped; bytes that are not UTF-8 become U+FFFD. {@link #faults} counts both. All
   * files are read once before this method returns, so unreadable files are reported at once.
   *
   * @throws NoSuchFileException if there is no such file
   * @throws io.github.sae4j.format.MalformedFileException if a file is not text, an array is
   *     incomplete, or no JSON line or element is sound; the message names file and line
   * @throws IllegalArgumentException if there is no text in it
   */
  static TextSource open(Path path, TextFields options) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    return FileTexts.open(TextFiles.of(path, options), options);
  }
}
