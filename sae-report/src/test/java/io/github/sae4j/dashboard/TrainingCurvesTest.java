package io.github.sae4j.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingCurvesTest {
  @TempDir Path directory;

  @Test
  void pointsByTokens() throws IOException {
    TrainingCurves curves =
        read(
            """
            {"step": 1, "tokens": 10, "fvu": 0.5}
            {"step": 2, "tokens": 20, "fvu": "NaN", "l0": 3}
            {"step": 3, "tokens": 30, "fvu": 0.25, "l0": null}
            """);
    assertTrue(curves.byTokens());
    assertEquals(List.of(10.0, 30.0), curves.curve("fvu").at());
    assertEquals(List.of(0.5, 0.25), curves.curve("fvu").values());
    assertEquals(List.of(20.0), curves.curve("l0").at());
    assertEquals(List.of(), curves.curve("loss").at());
    assertEquals(30, curves.tokens());
  }

  @Test
  void pointsBySteps() throws IOException {
    TrainingCurves curves = read("{\"step\": 7, \"loss\": 2}\n");
    assertFalse(curves.byTokens());
    assertEquals(List.of(7.0), curves.curve("loss").at());
    assertEquals(0, curves.tokens());
  }

  @Test
  void incompleteLastLineIsIgnored() throws IOException {
    assertEquals(
        1, read("{\"step\": 1, \"loss\": 2}\n{\"step\": 2, \"lo").curve("loss").at().size());
  }

  @Test
  void malformedLineIsNamed() {
    String message =
        assertThrows(MalformedFileException.class, () -> read("{\"step\": 1\n{\"step\": 2}\n"))
            .getMessage();
    assertTrue(message.contains("metrics.jsonl") && message.contains("line 1"), message);
    assertThrows(MalformedFileException.class, () -> read("[1]\n{\"step\": 2}\n"));
  }

  @Test
  void binaryFileIsNamed() throws IOException {
    Path file = Files.write(directory.resolve("a.npy"), new byte[] {(byte) 0x93, 'N', '\n', 1});
    String message =
        assertThrows(MalformedFileException.class, () -> TrainingCurves.read(file)).getMessage();
    assertTrue(message.contains("a.npy") && message.contains("line 1"), message);
  }

  private TrainingCurves read(String lines) throws IOException {
    Path file = directory.resolve("metrics.jsonl");
    Files.writeString(file, lines);
    return TrainingCurves.read(file);
  }
}
