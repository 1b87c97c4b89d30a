package io.github.sae4j.examples.anomaly;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.sae4j.format.MalformedFileException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {
  @TempDir private Path directory;

  /** Writes what R's {@code save(Shuttle)} would for a column V1 and a factor Class. */
  private static byte[] frame() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write("RDX2\nX\n".getBytes(StandardCharsets.US_ASCII));
    ints(out, 2, 0x20a01, 0x20300, 0x402);
    symbol(out, "Shuttle");
    ints(out, 0x313, 2, 14, 3); // a list of two: 3 reals,
    for (double value : new double[] {1.5, -2, 3}) {
      out.writeDouble(value);
    }
    ints(out, 0x30d, 3, 1, 2, 1, 0x402); // and a factor
    symbol(out, "levels");
    ints(out, 16, 2);
    chars(out, "Rad.Flow");
    chars(out, "Bypass");
    ints(out, 254, 0x402);
    symbol(out, "names");
    ints(out, 16, 2);
    chars(out, "V1");
    chars(out, "Class");
    ints(out, 0x402, 0x2ff, 16, 1); // the second symbol again
    chars(out, "unused");
    ints(out, 254, 254);
    return bytes.toByteArray();
  }

  private static void ints(DataOutputStream out, int... values) throws IOException {
    for (int value : values) {
      out.writeInt(value);
    }
  }

  private static void symbol(DataOutputStream out, String name) throws IOException {
    out.writeInt(1);
    chars(out, name);
  }

  private static void chars(DataOutputStream out, String text) throws IOException {
    ints(out, 9, text.length());
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void readsADataFrameOfR() throws IOException {
    Path file = Files.write(directory.resolve("Shuttle.rdata"), frame());
    Map<String, RData.Column> columns = RData.read(file);
    assertArrayEquals(new double[] {1.5, -2, 3}, columns.get("V1").values());
    assertArrayEquals(new double[] {1, 2, 1}, columns.get("Class").values());
    LabelledRows rows = DataSets.shuttle(file);
    assertEquals(2, rows.normal().size());
    assertArrayEquals(new float[] {-2}, rows.anomalous().get(0));
  }

  @Test
  void whatIsNoDataFrameIsRefused() throws IOException {
    Path file = directory.resolve("Shuttle.rdata");
    byte[] whole = frame();
    for (int length = 0; length < whole.length - 8; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      String message =
          assertThrows(MalformedFileException.class, () -> RData.read(file)).getMessage();
      assertEquals(true, message.startsWith(file.toString()), message);
    }
  }

  @Test
  void aWindowOfAMoteIsARow() throws IOException {
    StringBuilder csv = new StringBuilder("reading,mote_id,indoor,humidity,temperature,label\n");
    for (int i = 1; i <= 9; i++) {
      csv.append("%d,1,1,%d,%d,%d\n".formatted(i, 40 + i, 20 + i, i == 9 ? 1 : 0));
      csv.append("%d,2,1,%d,%d,0\n".formatted(i, 60 + i, 10 + i));
    }
    Path file = Files.writeString(directory.resolve("sensors.csv"), csv);
    LabelledRows rows = DataSets.sensors("Sensors", file);
    assertEquals(3, rows.normal().size());
    assertEquals(1, rows.anomalous().size());
    assertEquals(16, rows.width());
    float[] anomaly = rows.anomalous().get(0);
    assertEquals(42, anomaly[0]);
    assertEquals(49, anomaly[14]);
    assertEquals(29, anomaly[15]);
  }

  @Test
  void aSplitIsOfDistinctRowsAndStandardised() {
    LabelledRows.Builder builder = new LabelledRows.Builder();
    for (int i = 0; i < 400; i++) {
      builder.add(new float[] {i, 7}, i % 4 == 3);
    }
    Split split = Split.of(builder.build("Numbers"), 1);
    assertEquals(150, split.train().length);
    assertEquals(75, split.calibration().length);
    assertEquals(75, split.normal().length);
    assertEquals(100, split.anomalous().length);
    double sum = 0;
    double squares = 0;
    for (float[] row : split.train()) {
      sum += row[0];
      squares += row[0] * row[0];
      assertEquals(0, row[1], "it never changes");
    }
    assertEquals(0, sum / 150, 1e-6);
    assertEquals(1, squares / 150, 1e-5);
    long distinct =
        Stream.of(split.train(), split.calibration(), split.normal())
            .flatMap(Arrays::stream)
            .map(row -> row[0])
            .distinct()
            .count();
    assertEquals(300, distinct);
  }

  @Test
  void onlySubjectAndBodyOfAMailAreKept() {
    assertEquals(
        "Hello. a word and more",
        MailTexts.text("From: x\nX-Spam: yes\nSubject: Hello\n\na <b>word</b>\n\nand&nbsp;more"));
    assertEquals("empty", MailTexts.text("From: x\n\n<html></html>"));
  }
}
