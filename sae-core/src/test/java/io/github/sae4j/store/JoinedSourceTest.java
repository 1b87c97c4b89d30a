package io.github.sae4j.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Provenance;
import io.github.sae4j.store.JoinedSource.Input;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinedSourceTest {

  @Test
  void rowsAreSideBySide() throws IOException {
    ActivationSource a = MemorySource.of(new float[] {1, 2, 3, 4, 5, 6}, 2);
    ActivationSource b = MemorySource.of(new float[] {-1, -2, -3}, 1);
    try (JoinedSource joined = JoinedSource.of(List.of(new Input("in", a), new Input("out", b)))) {
      assertEquals(3, joined.rows());
      assertEquals(3, joined.width());
      assertEquals(
          List.of(new SourcePart("in", 0, 2), new SourcePart("out", 2, 1)), joined.parts());
      assertEquals("[in: rows in memory; out: rows in memory]", joined.description());
      assertEquals(
          Provenance.of("", "", "[in: rows in memory; out: rows in memory]"), joined.provenance());
      assertEquals(
          "[in: rows in memory; out: rows in memory], rows 1 to 3",
          joined.slice(1, 3).description());
      float[] rows = new float[7];
      joined.read(1, 2, rows, 1);
      assertArrayEquals(new float[] {0, 3, 4, -2, 5, 6, -3}, rows);
    }
  }

  @Test
  void longRunsAndWideRowsAreReadInBlocks() throws IOException {
    int rows = 70_000;
    Input narrow = new Input("narrow", NumberedRows.of(rows, 1));
    Input wider = new Input("wider", NumberedRows.of(rows, 2));
    float[] all = new float[rows * 3];
    JoinedSource.of(List.of(narrow, wider)).read(0, rows, all, 0);
    for (int i = 0; i < all.length; i++) {
      assertEquals(i / 3, (int) all[i]);
    }
    int width = 70_000;
    Input wide = new Input("wide", NumberedRows.of(3, width));
    float[] two = new float[2 * (width + 1)];
    JoinedSource.of(List.of(wide, new Input("thin", NumberedRows.of(3, 1)))).read(1, 2, two, 0);
    for (int i = 0; i < two.length; i++) {
      assertEquals(1 + i / (width + 1), (int) two[i]);
    }
  }

  @Test
  void refusesSourcesThatCannotBeJoined() {
    Input three = new Input("three", NumberedRows.of(3, 1));
    Input four = new Input("four", NumberedRows.of(4, 1));
    assertMessage(
        "three: rows in memory has 3 rows, but four: rows in memory has 4", List.of(three, four));
    assertMessage("two parts are named 'three'", List.of(three, three));
    assertMessage("at least one part", List.of());
    Input none = new Input("a", new Wide());
    assertMessage("more values than an array", List.of(none, new Input("b", new Wide())));
  }

  @Test
  void aFailedReadLeavesTheSourceUsable() throws IOException {
    WatchedSource failing = new WatchedSource(NumberedRows.of(3, 1));
    JoinedSource joined =
        JoinedSource.of(List.of(new Input("a", NumberedRows.of(3, 2)), new Input("b", failing)));
    failing.setFailing(true);
    float[] row = new float[3];
    assertThrows(IOException.class, () -> joined.read(2, 1, row, 0));
    failing.setFailing(false);
    joined.read(2, 1, row, 0);
    assertArrayEquals(new float[] {2, 2, 2}, row);
  }

  @Test
  void closesAllSourcesEvenIfOneFails() {
    Closing first = new Closing(true);
    Closing second = new Closing(false);
    JoinedSource joined =
        JoinedSource.of(List.of(new Input("first", first), new Input("second", second)));
    IOException e = assertThrows(IOException.class, joined::close);
    assertEquals("cannot close first: nothing", e.getMessage());
    assertTrue(first.closed && second.closed);
  }

  private static void assertMessage(String expected, List<Input> inputs) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> JoinedSource.of(inputs)).getMessage();
    assertTrue(message.contains(expected), message);
  }

  private static class Wide implements ActivationSource {
    @Override
    public long rows() {
      return 0;
    }

    @Override
    public int width() {
      return 1 << 30;
    }

    @Override
    public String description() {
      return "nothing";
    }

    @Override
    public void read(long firstRow, int count, float[] dst, int dstOffset) {
      throw new IndexOutOfBoundsException("there are no rows");
    }

    @Override
    public void close() throws IOException {
      // nothing to release
    }
  }

  private static final class Closing extends Wide {
    private final boolean fails;
    private boolean closed;

    Closing(boolean fails) {
      this.fails = fails;
    }

    @Override
    public int width() {
      return 1;
    }

    @Override
    public void close() throws IOException {
      closed = true;
      if (fails) {
        throw new IOException("disk on fire");
      }
    }
  }
}
