package io.github.sae4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.format.DocExample;
import io.github.sae4j.variant.TopK;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks what docs/formats.md says about dictionaries. */
class FormatsDocTest {
  @TempDir Path directory;

  @Test
  void theConfigurationIsReadAndWrittenAsDocumented() throws IOException {
    String example = DocExample.named("cfg");
    Path file = Files.writeString(directory.resolve("cfg.json"), example);
    SaeConfig config = SaeLensReader.read(file);
    assertEquals(32, assertInstanceOf(TopK.class, config.variant()).k());
    config.write(file);
    ObjectMapper json = new ObjectMapper();
    assertEquals(json.readTree(example), json.readTree(file.toFile()));
  }
}
