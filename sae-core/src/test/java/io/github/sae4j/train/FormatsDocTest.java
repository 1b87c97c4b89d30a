package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.format.DocExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/formats.md says of runs is so. */
class FormatsDocTest {
  @TempDir Path directory;

  @Test
  void theStateOfACheckpointIsReadAndWrittenAsItStands() throws IOException {
    String example = DocExample.named("state");
    Path file = Files.writeString(directory.resolve("state.json"), example);
    Checkpoint.Progress progress =
        RunJson.read(file, Checkpoint.Progress.class, Checkpoint.VERSION);
    assertEquals(500, progress.step());
    RunJson.write(file, progress);
    ObjectMapper json = new ObjectMapper();
    assertEquals(json.readTree(example), json.readTree(file.toFile()));
  }

  @Test
  void theVersionOfASettingsFileIsTheOneThatIsWritten() throws IOException {
    String expected = "the settings (version " + RunDescription.VERSION;
    assertTrue(DocExample.document().contains(expected), "docs/formats.md names another version");
  }
}
