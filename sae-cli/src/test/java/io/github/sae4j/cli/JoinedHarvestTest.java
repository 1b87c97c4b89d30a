package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.onnx.ToyModel;
import io.github.sae4j.store.JoinedSource;
import io.github.sae4j.store.PartFile;
import io.github.sae4j.store.SourcePart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Harvests whose rows go together: tensors of one run, and runs of two models on the same texts.
 */
class JoinedHarvestTest {
  private static final int WIDTH = ToyWorld.WIDTH;

  @Test
  void oneRunHarvestsInputAndTarget(@TempDir Path directory) throws IOException {
    ToyWorld world = ToyWorld.write(directory);
    world.harvest("--tensor", ToyModel.OUTPUT, "--rows-per-shard", "500").succeeded();
    try (JoinedSource rows =
        JoinedSource.open(
            List.of(
                new PartFile("input", world.dump(), ToyModel.MIXED),
                new PartFile("target", world.dump(), ToyModel.OUTPUT)))) {
      assertEquals(1800, rows.rows());
      assertEquals(
          List.of(new SourcePart("input", 0, WIDTH), new SourcePart("target", WIDTH, WIDTH)),
          rows.parts());
      float[] all = new float[1800 * 2 * WIDTH];
      rows.read(0, 1800, all, 0);
      for (int row = 0; row < all.length; row += 2 * WIDTH) {
        for (int j = row; j < row + WIDTH; j++) {
          assertEquals(2 * all[j] + 1, all[j + WIDTH], 1e-4, "the model's output at value " + j);
        }
      }
    }
  }

  @Test
  void twoModelsAreJoinedWhereTheyReadTheSameTokens(@TempDir Path directory) throws IOException {
    ToyWorld world = ToyWorld.write(Files.createDirectory(directory.resolve("one")));
    ToyWorld other = ToyWorld.write(Files.createDirectory(directory.resolve("two")));
    world.harvest().succeeded();
    other.harvest("--dtype", "bf16", "--rows-per-shard", "700").succeeded();
    List<PartFile> parts =
        List.of(new PartFile("one", world.dump(), null), new PartFile("two", other.dump(), null));
    try (JoinedSource rows = JoinedSource.open(parts)) {
      float[] row = new float[2 * WIDTH];
      rows.read(1799, 1, row, 0);
      for (int j = 0; j < WIDTH; j++) {
        assertEquals(row[j], row[j + WIDTH], Math.abs(row[j]) / 128, "to the precision of bf16");
      }
    }
    other.harvest("--overwrite", "--keep-special-tokens", "--max-texts", "225").succeeded();
    String message =
        assertThrows(IllegalArgumentException.class, () -> JoinedSource.open(parts)).getMessage();
    assertTrue(message.contains("row 0 of " + world.dump()), message);
    assertTrue(message.contains("token 1") && message.contains("token 0"), message);
  }
}
