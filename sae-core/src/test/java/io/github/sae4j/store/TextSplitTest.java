package io.github.sae4j.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.DType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSplitTest {
  @TempDir Path directory;

  @Test
  void theCutIsBetweenTexts() throws IOException {
    try (ActivationDump dump = dump("aaa", "bb", "cccc", "d")) {
      RowOrigins origins = dump.origins();
      long[] cuts = new long[11];
      for (int wanted = 0; wanted <= 10; wanted++) {
        cuts[wanted] = TextSplit.atTextStart(origins, wanted);
      }
      assertArrayEquals(new long[] {0, 3, 3, 3, 5, 5, 9, 9, 9, 9, 10}, cuts);
    }
  }

  @Test
  void theLastTextIsMeasuredWhole() throws IOException {
    try (ActivationDump dump = dump("aaa", "bbbb")) {
      assertEquals(3, TextSplit.atTextStart(dump.origins(), 5));
    }
  }

  @Test
  void rowsOfTextsSeenInTrainingAreExcluded() throws IOException {
    try (ActivationDump dump = dump("aaa", "bb", "cc", "bb", "d", "cc", "aaa", "ee");
        ActivationSource rows = dump.source(null)) {
      // training saw rows 0 to 5: aaa, bb and the first character of cc
      TextSplit.Unseen unseen = TextSplit.unseen(rows, dump, 6);
      float[] kept = new float[3];
      assertEquals(kept.length, unseen.rows().rows());
      unseen.rows().read(0, kept.length, kept, 0);
      assertArrayEquals(new float[] {9, 15, 16}, kept);
      assertEquals(17 - 6 - kept.length, unseen.leftOut());
    }
  }

  @Test
  void theRestIsReadInPlace() throws IOException {
    try (ActivationDump dump = dump("aa", "bb", "aa", "cc", "bb", "ddd");
        ActivationSource rows = dump.source(null)) {
      TextSplit.Unseen unseen = TextSplit.unseen(rows, dump, 4);
      assertEquals(4, unseen.leftOut());
      float[] all = new float[5];
      unseen.rows().read(0, 5, all, 0);
      assertArrayEquals(new float[] {6, 7, 10, 11, 12}, all);
      float[] some = new float[4];
      unseen.rows().read(1, 3, some, 1);
      assertArrayEquals(new float[] {0, 7, 10, 11}, some);
      assertEquals(rows.locate(10, 0), unseen.rows().locate(2, 0));
      assertTrue(unseen.rows().description().endsWith(", 5 of rows 6 to 13"));
    }
  }

  @Test
  void allRowsAreKeptIfEveryTextWasSeen() throws IOException {
    try (ActivationDump dump = dump("aa", "bb", "aa", "bb");
        ActivationSource rows = dump.source(null)) {
      TextSplit.Unseen unseen = TextSplit.unseen(rows, dump, 4);
      assertEquals(4, unseen.leftOut());
      assertEquals(4, unseen.rows().rows());
    }
  }

  /** Writes a numbered row for each character of each text. */
  private ActivationDump dump(String... texts) throws IOException {
    DumpInfo info =
        new DumpInfo("m", "t", List.of(new DumpInfo.Tensor("x", 1, DType.F32)), false, 4);
    Path path = directory.resolve("dump");
    int row = 0;
    try (DumpWriter writer = DumpWriter.create(path, info)) {
      for (String text : texts) {
        int example = writer.addText(new TextRecord("id", text, List.of()));
        for (int token = 0; token < text.length(); token++) {
          RowOrigin origin = new RowOrigin(example, token, token, token + 1);
          writer.addRow(List.of(new float[] {row++}), new int[] {0}, origin);
        }
      }
      writer.finish();
    }
    return ActivationDump.open(path);
  }
}
