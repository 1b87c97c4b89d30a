package io.github.sae4j.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.sae4j.format.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PooledTextsTest {
  @TempDir Path directory;

  @Test
  void meanMaxAndLength() {
    float[] rows = {3, -1, 1, 5, 2, 2};
    assertArrayEquals(new float[] {2, 2}, new Pooling(Pooling.Kind.MEAN, false).of(rows, 3, 2));
    assertArrayEquals(new float[] {3, 5}, new Pooling(Pooling.Kind.MAX, false).of(rows, 3, 2));
    float[] unit = new Pooling(Pooling.Kind.MAX, true).of(new float[] {3, 4}, 1, 2);
    assertArrayEquals(new float[] {.6f, .8f}, unit);
    float[] zeros = new Pooling(Pooling.Kind.MEAN, true).of(new float[2], 1, 2);
    assertArrayEquals(new float[2], zeros);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Pooling(Pooling.Kind.MEAN, false).of(new float[0], 0, 2));
  }

  /** Texts without rows are passed over; a text may cross the ends of shards. */
  @Test
  void eachTextWithRowsHasOne() throws IOException {
    Path path = directory.resolve("dump");
    DumpInfo info =
        new DumpInfo("m", "t", List.of(new DumpInfo.Tensor("a", 1, DType.F32)), true, 7);
    int[] lengths = {3, 0, 9, 1, 20, 2};
    try (DumpWriter writer = DumpWriter.create(path, info)) {
      for (int text = 0; text < lengths.length; text++) {
        writer.addText(new TextRecord("t" + text, "x", List.of()));
        for (int i = 0; i < lengths[text]; i++) {
          writer.addRow(List.of(new float[] {text}), new int[1], new RowOrigin(text, i, 0, 1));
        }
      }
      writer.finish();
    }
    try (ActivationDump dump = ActivationDump.open(path);
        ActivationSource rows = dump.source("a")) {
      PooledTexts texts =
          new PooledTexts(rows, dump.origins(), new Pooling(Pooling.Kind.MEAN, false));
      List<Integer> found = new ArrayList<>();
      for (var next = texts.next(); next.isPresent(); next = texts.next()) {
        var row = next.get();
        found.add(row.text());
        assertArrayEquals(new float[] {row.text()}, row.values());
      }
      assertEquals(List.of(0, 2, 3, 4, 5), found);
      assertEquals(rows.rows(), texts.rowsDone());
      assertEquals(Optional.empty(), texts.next());
    }
  }
}
