package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {
  private static final QuickstartSettings SETTINGS = new QuickstartSettings(9, 64, 4, 2, 1);

  @Test
  void takesModelAndTokenizerOutOfTheirJarOnce(@TempDir Path cache) throws IOException {
    assertThrows(NoSuchFileException.class, () -> QuickstartData.in(cache));
    Files.createFile(cache.resolve(Version.build().getProperty("wordnet.jar")));
    Path jar = cache.resolve(Version.build().getProperty("model.jar"));
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name :
          new String[] {"all-minilm-l6-v2.onnx", "all-minilm-l6-v2-tokenizer.json"}) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(name.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    QuickstartData data = QuickstartData.in(cache);
    assertEquals("all-minilm-l6-v2.onnx", Files.readString(data.model()));
    assertEquals("all-minilm-l6-v2-tokenizer.json", Files.readString(data.tokenizer()));
    Files.delete(jar);
    assertEquals(data, QuickstartData.in(cache));
  }

  @Test
  void aJarThatIsCutOffIsRefused(@TempDir Path cache) throws IOException {
    Files.createFile(cache.resolve(Version.build().getProperty("wordnet.jar")));
    Path jar = cache.resolve(Version.build().getProperty("model.jar"));
    Files.writeString(jar, "half a jar");
    IOException refused = assertThrows(IOException.class, () -> QuickstartData.in(cache));
    assertTrue(refused.getMessage().contains("not a complete jar"), refused.getMessage());
  }

  @Test
  void remembersFinishedStagesOfEqualSettings(@TempDir Path out) throws IOException {
    QuickstartState begun = QuickstartState.open(out, SETTINGS, false);
    assertFalse(begun.isFinished(Quickstart.HARVEST));
    begun.finished(out, Quickstart.HARVEST, 12.5);

    QuickstartState later = QuickstartState.open(out, SETTINGS, false);
    assertTrue(later.isFinished(Quickstart.HARVEST));
    assertFalse(later.isFinished(Quickstart.TRAIN));
    assertEquals(12.5, later.secondsOf(Quickstart.HARVEST));
    assertFalse(QuickstartState.open(out, SETTINGS, true).isFinished(Quickstart.HARVEST));
  }

  @Test
  void otherSettingsAndDamagedStatesAreRefused(@TempDir Path out) throws IOException {
    QuickstartState.open(out, SETTINGS, false);
    QuickstartSettings others = new QuickstartSettings(9, 64, 4, 3, 1);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> QuickstartState.open(out, others, false));
    assertTrue(refused.getMessage().contains("epochs 2.0"), refused.getMessage());
    Files.writeString(out.resolve("quickstart.json"), "{\"settings\":");
    assertThrows(MalformedFileException.class, () -> QuickstartState.open(out, SETTINGS, false));
  }
}
