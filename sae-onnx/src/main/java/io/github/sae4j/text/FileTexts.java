package io.github.sae4j.text;

import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/** The texts of several files, one file after the other. */
final class FileTexts implements TextSource {
  private final TextFiles files;
  private final Iterator<TextFile> left;
  private final TextFaults faults;
  private final JsonTexts json;
  private TextReader reader;
  private long total;
  private String checksum = "";

  private FileTexts(TextFiles files, TextFields options, TextFaults faults) {
    this.files = files;
    this.left = files.files().iterator();
    this.faults = faults;
    this.json = new JsonTexts(options, faults);
  }

  /**
   * Reads all texts once, to count them and find faults before any work is done, then opens them
   * for a second read.
   *
   * @throws IllegalArgumentException if the files hold no text
   */
  static FileTexts open(TextFiles files, TextFields options) throws IOException {
    FileTexts texts = new FileTexts(files, options, new TextFaults());
    try (FileTexts all = new FileTexts(files, options, TextFaults.unlogged())) {
      CRC32C crc = new CRC32C();
      for (Optional<TextRecord> each = all.next(); each.isPresent(); each = all.next()) {
        texts.total++;
        crc.update(each.get().toString().getBytes(StandardCharsets.UTF_16BE));
      }
      all.requireTexts(options, texts.total);
      texts.checksum = String.format(Locale.ROOT, "%08x", crc.getValue());
    }
    return texts;
  }

  private void requireTexts(TextFields options, long found) {
    String fields = json.fields().isEmpty() ? "none" : String.join(", ", json.fields());
    if (found == 0 && faults.count(TextFault.NO_FIELD) == faults.passedOver()) {
      if (faults.passedOver() > 0) {
        throw noField("text", options.textField(), fields);
      }
      throw new IllegalArgumentException(files.root() + " holds no text: it is empty or all blank");
    }
    if (found == 0) {
      throw new IllegalArgumentException(
          files.root() + " holds no text: all texts were skipped: " + faults.left());
    }
    requireField("id", options.idField(), TextFields.DEFAULTS.idField(), fields);
    requireField("concepts", options.conceptsField(), TextFields.DEFAULTS.conceptsField(), fields);
  }

  /** Checks that a field named by the caller occurs; default fields need not. */
  private void requireField(String role, String name, String usual, String fields) {
    if (!name.equals(usual) && !json.fields().contains(name)) {
      throw noField(role, name, fields);
    }
  }

  private IllegalArgumentException noField(String role, String name, String fields) {
    return new IllegalArgumentException(
        "%s: no object has the %s field \"%s\"; the fields found are: %s"
            .formatted(files.root(), role, name, fields));
  }

  @Override
  public Optional<TextRecord> next() throws IOException {
    while (reader != null || left.hasNext()) {
      if (reader == null) {
        reader = left.next().open(json, faults);
      }
      Optional<TextRecord> record = reader.next();
      if (record.isPresent()) {
        return record;
      }
      reader.close();
      reader = null;
    }
    return Optional.empty();
  }

  @Override
  public long total() {
    return total;
  }

  @Override
  public TextFaults faults() {
    return faults;
  }

  @Override
  public String describe() {
    return files.describe();
  }

  @Override
  public String checksum() {
    return checksum;
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }
}
